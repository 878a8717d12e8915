//! Words with a role and punctuation: their texts, and where a word may be a name all the same.
//!
//! Found by asking Microsoft's parser for every word of its list, once as a name that is declared and once as a name
//! that is used.

use std::sync::LazyLock;

use super::SyntaxKind;

/// Where a word with a role may also be a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// Anywhere.
    Name,
    /// Only where a name is given, as in `extend by = 1`.
    Declared,
    /// Only where a name is used, as in `project kind`.
    Path,
    Reserved,
}

/// The words with a role, in the order of their kinds.
const WORDS: &[(&str, SyntaxKind, Use)] = &[
    ("and", SyntaxKind::AndKw, Use::Reserved),
    ("or", SyntaxKind::OrKw, Use::Reserved),
    ("in", SyntaxKind::InKw, Use::Declared),
    ("in~", SyntaxKind::InTildeKw, Use::Reserved),
    ("!in", SyntaxKind::NotInKw, Use::Reserved),
    ("!in~", SyntaxKind::NotInTildeKw, Use::Reserved),
    ("between", SyntaxKind::BetweenKw, Use::Reserved),
    ("!between", SyntaxKind::NotBetweenKw, Use::Reserved),
    ("has", SyntaxKind::HasKw, Use::Declared),
    ("!has", SyntaxKind::NotHasKw, Use::Reserved),
    ("has_cs", SyntaxKind::HasCsKw, Use::Reserved),
    ("!has_cs", SyntaxKind::NotHasCsKw, Use::Reserved),
    ("hasprefix", SyntaxKind::HasprefixKw, Use::Reserved),
    ("!hasprefix", SyntaxKind::NotHasprefixKw, Use::Reserved),
    ("hasprefix_cs", SyntaxKind::HasprefixCsKw, Use::Reserved),
    ("!hasprefix_cs", SyntaxKind::NotHasprefixCsKw, Use::Reserved),
    ("hassuffix", SyntaxKind::HassuffixKw, Use::Reserved),
    ("!hassuffix", SyntaxKind::NotHassuffixKw, Use::Reserved),
    ("hassuffix_cs", SyntaxKind::HassuffixCsKw, Use::Reserved),
    ("!hassuffix_cs", SyntaxKind::NotHassuffixCsKw, Use::Reserved),
    ("contains", SyntaxKind::ContainsKw, Use::Declared),
    ("!contains", SyntaxKind::NotContainsKw, Use::Reserved),
    ("contains_cs", SyntaxKind::ContainsCsKw, Use::Reserved),
    ("!contains_cs", SyntaxKind::NotContainsCsKw, Use::Reserved),
    ("startswith", SyntaxKind::StartswithKw, Use::Reserved),
    ("!startswith", SyntaxKind::NotStartswithKw, Use::Reserved),
    ("startswith_cs", SyntaxKind::StartswithCsKw, Use::Reserved),
    ("!startswith_cs", SyntaxKind::NotStartswithCsKw, Use::Reserved),
    ("endswith", SyntaxKind::EndswithKw, Use::Reserved),
    ("!endswith", SyntaxKind::NotEndswithKw, Use::Reserved),
    ("endswith_cs", SyntaxKind::EndswithCsKw, Use::Reserved),
    ("!endswith_cs", SyntaxKind::NotEndswithCsKw, Use::Reserved),
    ("has_any", SyntaxKind::HasAnyKw, Use::Reserved),
    ("has_all", SyntaxKind::HasAllKw, Use::Reserved),
    ("matches regex", SyntaxKind::MatchesKw, Use::Reserved),
    ("like", SyntaxKind::LikeKw, Use::Reserved),
    ("notlike", SyntaxKind::NotlikeKw, Use::Reserved),
    ("likecs", SyntaxKind::LikecsKw, Use::Reserved),
    ("notlikecs", SyntaxKind::NotlikecsKw, Use::Reserved),
    ("notcontains", SyntaxKind::NotcontainsKw, Use::Reserved),
    ("notcontainscs", SyntaxKind::NotcontainscsKw, Use::Reserved),
    ("containscs", SyntaxKind::ContainscsKw, Use::Reserved),
    ("where", SyntaxKind::WhereKw, Use::Declared),
    ("filter", SyntaxKind::FilterKw, Use::Name),
    ("extend", SyntaxKind::ExtendKw, Use::Name),
    ("project", SyntaxKind::ProjectKw, Use::Reserved),
    ("project-away", SyntaxKind::ProjectAwayKw, Use::Reserved),
    ("project-keep", SyntaxKind::ProjectKeepKw, Use::Reserved),
    ("project-rename", SyntaxKind::ProjectRenameKw, Use::Reserved),
    ("project-reorder", SyntaxKind::ProjectReorderKw, Use::Reserved),
    ("project-smart", SyntaxKind::ProjectSmartKw, Use::Reserved),
    ("project-by-names", SyntaxKind::ProjectByNamesKw, Use::Reserved),
    ("summarize", SyntaxKind::SummarizeKw, Use::Name),
    ("sort", SyntaxKind::SortKw, Use::Name),
    ("order", SyntaxKind::OrderKw, Use::Name),
    ("top", SyntaxKind::TopKw, Use::Name),
    ("take", SyntaxKind::TakeKw, Use::Name),
    ("limit", SyntaxKind::LimitKw, Use::Name),
    ("count", SyntaxKind::CountKw, Use::Name),
    ("distinct", SyntaxKind::DistinctKw, Use::Name),
    ("join", SyntaxKind::JoinKw, Use::Name),
    ("union", SyntaxKind::UnionKw, Use::Reserved),
    ("print", SyntaxKind::PrintKw, Use::Declared),
    ("range", SyntaxKind::RangeKw, Use::Name),
    ("render", SyntaxKind::RenderKw, Use::Name),
    ("getschema", SyntaxKind::GetschemaKw, Use::Name),
    ("as", SyntaxKind::AsKw, Use::Declared),
    ("serialize", SyntaxKind::SerializeKw, Use::Name),
    ("assert-schema", SyntaxKind::AssertSchemaKw, Use::Reserved),
    ("consume", SyntaxKind::ConsumeKw, Use::Name),
    ("evaluate", SyntaxKind::EvaluateKw, Use::Name),
    ("__executeAndCache", SyntaxKind::ExecuteAndCacheKw, Use::Reserved),
    ("facet", SyntaxKind::FacetKw, Use::Name),
    ("find", SyntaxKind::FindKw, Use::Declared),
    ("fork", SyntaxKind::ForkKw, Use::Name),
    ("graph-match", SyntaxKind::GraphMatchKw, Use::Reserved),
    ("graph-mark-components", SyntaxKind::GraphMarkComponentsKw, Use::Reserved),
    ("graph-shortest-paths", SyntaxKind::GraphShortestPathsKw, Use::Reserved),
    ("graph-to-table", SyntaxKind::GraphToTableKw, Use::Reserved),
    ("graph-where-edges", SyntaxKind::GraphWhereEdgesKw, Use::Reserved),
    ("graph-where-nodes", SyntaxKind::GraphWhereNodesKw, Use::Reserved),
    ("invoke", SyntaxKind::InvokeKw, Use::Declared),
    ("lookup", SyntaxKind::LookupKw, Use::Name),
    ("macro-expand", SyntaxKind::MacroExpandKw, Use::Reserved),
    ("make-graph", SyntaxKind::MakeGraphKw, Use::Reserved),
    ("make-series", SyntaxKind::MakeSeriesKw, Use::Reserved),
    ("mv-apply", SyntaxKind::MvApplyKw, Use::Reserved),
    ("mvapply", SyntaxKind::MvapplyKw, Use::Name),
    ("mv-expand", SyntaxKind::MvExpandKw, Use::Reserved),
    ("mvexpand", SyntaxKind::MvexpandKw, Use::Name),
    ("parse", SyntaxKind::ParseKw, Use::Name),
    ("parse-kv", SyntaxKind::ParseKvKw, Use::Reserved),
    ("parse-where", SyntaxKind::ParseWhereKw, Use::Reserved),
    ("partition", SyntaxKind::PartitionKw, Use::Name),
    ("__partitionby", SyntaxKind::PartitionbyKw, Use::Name),
    ("reduce", SyntaxKind::ReduceKw, Use::Name),
    ("sample", SyntaxKind::SampleKw, Use::Declared),
    ("sample-distinct", SyntaxKind::SampleDistinctKw, Use::Declared),
    ("scan", SyntaxKind::ScanKw, Use::Name),
    ("search", SyntaxKind::SearchKw, Use::Declared),
    ("top-hitters", SyntaxKind::TopHittersKw, Use::Declared),
    ("top-nested", SyntaxKind::TopNestedKw, Use::Declared),
    ("let", SyntaxKind::LetKw, Use::Name),
    ("set", SyntaxKind::SetKw, Use::Declared),
    ("alias", SyntaxKind::AliasKw, Use::Name),
    ("declare", SyntaxKind::DeclareKw, Use::Name),
    ("restrict", SyntaxKind::RestrictKw, Use::Name),
    ("pattern", SyntaxKind::PatternKw, Use::Name),
    ("query_parameters", SyntaxKind::QueryParametersKw, Use::Name),
    ("datatable", SyntaxKind::DatatableKw, Use::Declared),
    ("externaldata", SyntaxKind::ExternaldataKw, Use::Declared),
    ("external_data", SyntaxKind::ExternalDataKw, Use::Reserved),
    ("materialize", SyntaxKind::MaterializeKw, Use::Declared),
    ("toscalar", SyntaxKind::ToscalarKw, Use::Declared),
    ("totable", SyntaxKind::TotableKw, Use::Declared),
    ("typeof", SyntaxKind::TypeofKw, Use::Name),
    ("dynamic", SyntaxKind::DynamicKw, Use::Reserved),
    ("by", SyntaxKind::ByKw, Use::Declared),
    ("on", SyntaxKind::OnKw, Use::Name),
    ("to", SyntaxKind::ToKw, Use::Declared),
    ("with", SyntaxKind::WithKw, Use::Name),
    ("kind", SyntaxKind::KindKw, Use::Path),
    ("from", SyntaxKind::FromKw, Use::Name),
    ("step", SyntaxKind::StepKw, Use::Name),
    ("of", SyntaxKind::OfKw, Use::Declared),
    ("asc", SyntaxKind::AscKw, Use::Reserved),
    ("desc", SyntaxKind::DescKw, Use::Reserved),
    ("granny-asc", SyntaxKind::GrannyAscKw, Use::Reserved),
    ("granny-desc", SyntaxKind::GrannyDescKw, Use::Reserved),
    ("nulls", SyntaxKind::NullsKw, Use::Name),
    ("regex", SyntaxKind::RegexKw, Use::Name),
    ("first", SyntaxKind::FirstKw, Use::Reserved),
    ("last", SyntaxKind::LastKw, Use::Reserved),
    ("null", SyntaxKind::NullKw, Use::Name),
    ("view", SyntaxKind::ViewKw, Use::Name),
    ("hint", SyntaxKind::HintKw, Use::Name),
    ("id", SyntaxKind::IdKw, Use::Name),
    ("output", SyntaxKind::OutputKw, Use::Name),
    ("optional", SyntaxKind::OptionalKw, Use::Name),
    ("default", SyntaxKind::DefaultKw, Use::Name),
    ("pack", SyntaxKind::PackKw, Use::Name),
    ("nodes", SyntaxKind::NodesKw, Use::Name),
    ("edges", SyntaxKind::EdgesKw, Use::Name),
    ("access", SyntaxKind::AccessKw, Use::Name),
    ("database", SyntaxKind::DatabaseKw, Use::Name),
    ("others", SyntaxKind::OthersKw, Use::Reserved),
    ("with_node_id", SyntaxKind::WithNodeIdKw, Use::Name),
    ("partitioned-by", SyntaxKind::PartitionedByKw, Use::Reserved),
    ("datascope", SyntaxKind::DatascopeKw, Use::Reserved),
    ("bin", SyntaxKind::BinKw, Use::Name),
    ("entity_group", SyntaxKind::EntityGroupKw, Use::Name),
    ("__contextual_datatable", SyntaxKind::ContextualDatatableKw, Use::Reserved),
    ("inline_external_table", SyntaxKind::InlineExternalTableKw, Use::Name),
    ("dataformat", SyntaxKind::DataformatKw, Use::Name),
    ("pathformat", SyntaxKind::PathformatKw, Use::Reserved),
    ("datetime_pattern", SyntaxKind::DatetimePatternKw, Use::Name),
    ("materialized-view-combine", SyntaxKind::MaterializedViewCombineKw, Use::Reserved),
];

/// Words that are no names at all and have a role only as text: charts, types, parameters. Sorted.
const RESERVED: &[&str] = &[
    "3Dchart",
    "__crossCluster",
    "__crossDB",
    "__id",
    "__isFuzzy",
    "__noWithSource",
    "__packedColumn",
    "__projectAway",
    "__sourceColumnIndex",
    "anomalychart",
    "areachart",
    "bagexpansion",
    "barchart",
    "bin_legacy",
    "boolean",
    "byte",
    "cachingpolicy",
    "callout",
    "cancel",
    "card",
    "char",
    "columnchart",
    "cycles",
    "dataexport",
    "date",
    "datetime",
    "decimal",
    "decodeblocks",
    "double",
    "encodingpolicy",
    "expandoutput",
    "extent_tags_retention",
    "flags",
    "float",
    "force_remote",
    "harddelete",
    "hardretention",
    "hotcache",
    "int",
    "int16",
    "int32",
    "int64",
    "int8",
    "isfuzzy",
    "journal",
    "ladderchart",
    "linechart",
    "long",
    "missing",
    "nooptimization",
    "piechart",
    "pivotchart",
    "queries",
    "query_results",
    "real",
    "relaxed",
    "restricted_view_access",
    "row_level_security",
    "rowstore",
    "rowstore_references",
    "rowstore_sealinfo",
    "rowstorepolicy",
    "rowstores",
    "scatterchart",
    "seal",
    "seals",
    "shards",
    "simple",
    "softdelete",
    "softretention",
    "stackedareachart",
    "statistics",
    "storedqueryresultcontainers",
    "string",
    "tablepurge",
    "time",
    "timechart",
    "timeline",
    "timepivot",
    "timespan",
    "treemap",
    "uint",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
    "ulong",
    "uniqueid",
    "unrestrictedviewers",
    "views",
    "with_itemindex",
    "with_match_id",
    "with_step_name",
    "writeaheadlog",
];

/// Words that can be used (`project withsource`) but not declared.
const USED: &[&str] = &["with_source", "withsource"];

/// Words that can be declared (`extend title = …`) but not used as they are. Sorted.
const DECLARED: &[&str] = &["accumulate", "earliest", "latest", "mdm", "sql", "title", "verbose", "viewers"];

const PUNCTUATION: &[(&str, SyntaxKind)] = &[
    ("(", SyntaxKind::OpenParen),
    (")", SyntaxKind::CloseParen),
    ("[", SyntaxKind::OpenBracket),
    ("]", SyntaxKind::CloseBracket),
    ("{", SyntaxKind::OpenBrace),
    ("}", SyntaxKind::CloseBrace),
    ("|", SyntaxKind::Bar),
    (";", SyntaxKind::Semicolon),
    (",", SyntaxKind::Comma),
    (".", SyntaxKind::Dot),
    ("..", SyntaxKind::DotDot),
    (":", SyntaxKind::Colon),
    ("?", SyntaxKind::Question),
    ("@", SyntaxKind::At),
    ("+", SyntaxKind::Plus),
    ("-", SyntaxKind::Minus),
    ("*", SyntaxKind::Star),
    ("/", SyntaxKind::Slash),
    ("%", SyntaxKind::Percent),
    ("=", SyntaxKind::Equal),
    ("==", SyntaxKind::EqualEqual),
    ("!=", SyntaxKind::NotEqual),
    ("<>", SyntaxKind::LessGreater),
    ("<", SyntaxKind::Less),
    ("<=", SyntaxKind::LessEqual),
    (">", SyntaxKind::Greater),
    (">=", SyntaxKind::GreaterEqual),
    ("=~", SyntaxKind::EqualTilde),
    ("!~", SyntaxKind::NotTilde),
    ("=>", SyntaxKind::FatArrow),
    ("<|", SyntaxKind::LessBar),
];

/// Words by a hash of their text; open addressing, at most a third full.
struct Table {
    slots: Box<[Option<(&'static str, SyntaxKind)>]>,
}

const SLOTS: usize = 1024;

impl Table {
    fn new() -> Self {
        let mut table = Self { slots: vec![None; SLOTS].into() };
        let roles = WORDS.iter().map(|(text, kind, _)| (*text, *kind));
        let reserved = RESERVED.iter().map(|text| (*text, SyntaxKind::ReservedWord));
        let declared = DECLARED.iter().map(|text| (*text, SyntaxKind::DeclaredWord));
        let used = USED.iter().map(|text| (*text, SyntaxKind::UsedWord));
        for (text, kind) in roles.chain(reserved).chain(declared).chain(used) {
            let mut slot = Self::slot(text.as_bytes());
            while table.slots[slot].is_some() {
                slot = (slot + 1) % SLOTS;
            }
            table.slots[slot] = Some((text, kind));
        }
        table
    }

    /// Length and four of the bytes: enough to part the words of the language.
    fn slot(text: &[u8]) -> usize {
        let length = text.len();
        let at = |index: usize| text.get(index.min(length.wrapping_sub(1))).copied().map_or(0, usize::from);
        let mixed = length * 31 + at(0) * 7 + at(2) * 109 + at(length / 2) * 53 + at(length.wrapping_sub(1)) * 17;
        mixed % SLOTS
    }

    fn get(&self, text: &str) -> Option<SyntaxKind> {
        let mut slot = Self::slot(text.as_bytes());
        while let Some((word, kind)) = self.slots[slot] {
            if word == text {
                return Some(kind);
            }
            slot = (slot + 1) % SLOTS;
        }
        None
    }
}

static TABLE: LazyLock<Table> = LazyLock::new(Table::new);

impl SyntaxKind {
    /// True when the token is or can be a name wherever a name is read.
    pub fn is_name(self) -> bool {
        self == Self::Identifier || self.word_use() == Some(Use::Name)
    }

    /// True when the token can be a name that is being declared (`by = 1`).
    pub fn is_declared_name(self) -> bool {
        self == Self::Identifier || matches!(self.word_use(), Some(Use::Name | Use::Declared))
    }

    /// True when the token can be the name of a column that is used (`kind`).
    pub fn is_used_name(self) -> bool {
        self == Self::Identifier || matches!(self.word_use(), Some(Use::Name | Use::Path))
    }

    /// The kind of a word: its role, or [`Self::Identifier`].
    pub fn of_word(word: &str) -> Self {
        match word {
            "true" | "false" => Self::BoolLiteral,
            _ => Self::of_keyword(word).unwrap_or(Self::Identifier),
        }
    }

    /// The text of a word with a role or of a punctuation mark; empty for other kinds.
    pub fn text(self) -> &'static str {
        let word = WORDS.iter().find(|(_, kind, _)| *kind == self).map(|(text, ..)| *text);
        word.or_else(|| PUNCTUATION.iter().find(|(_, kind)| *kind == self).map(|(text, _)| *text)).unwrap_or("")
    }

    /// The kind of a word with a role, with its `!` or `~`.
    pub fn of_keyword(word: &str) -> Option<Self> {
        TABLE.get(word)
    }

    /// The words of all tabular operators.
    pub(in crate::kql) fn operator_words() -> impl Iterator<Item = &'static str> {
        WORDS.iter().filter(|(_, kind, _)| kind.is_operator_keyword()).map(|(text, ..)| *text)
    }

    fn word_use(self) -> Option<Use> {
        match self {
            Self::ReservedWord => Some(Use::Reserved),
            Self::DeclaredWord => Some(Use::Declared),
            Self::UsedWord => Some(Use::Path),
            _ => WORDS.get((self as usize).checked_sub(Self::AndKw as usize)?).map(|(.., word_use)| *word_use),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_in_the_order_of_their_kinds() {
        for (index, (text, kind, _)) in WORDS.iter().enumerate() {
            assert_eq!(*kind as usize, SyntaxKind::AndKw as usize + index, "{text}");
            assert_eq!(SyntaxKind::of_keyword(text), Some(*kind));
            assert_eq!(kind.text(), *text);
        }
        assert_eq!(SyntaxKind::of_keyword("timechart"), Some(SyntaxKind::ReservedWord));
        assert_eq!(SyntaxKind::of_keyword("wher"), None);
        assert_eq!(SyntaxKind::of_keyword(""), None);
    }
}
