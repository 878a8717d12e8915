//! Every kind of token and node, in one list.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What a leaf or a node of the tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum SyntaxKind {
    // Trivia.
    Whitespace,
    /// `// …` up to the line end.
    Comment,
    // Words and literals.
    /// A word without a role in the grammar.
    Identifier,
    /// `true`, `bool(…)`.
    BoolLiteral,
    /// `int(…)`.
    IntLiteral,
    /// `1`, `0x1F`, `long(…)`.
    LongLiteral,
    /// `1.5`, `1e3`, `real(…)`.
    RealLiteral,
    /// `decimal(…)`.
    DecimalLiteral,
    /// `datetime(…)`.
    DatetimeLiteral,
    /// `1d`, `time(…)`.
    TimespanLiteral,
    /// `guid(…)` or the bare hexadecimal form.
    GuidLiteral,
    /// Every form: quoted, verbatim, obfuscated, multi-line.
    StringLiteral,
    /// A string without its closing quote; it ends before the line end.
    UnterminatedString,
    /// A character that begins no token.
    BadCharacter,
    /// After the last token; never in a tree.
    EndOfText,
    // Punctuation.
    /// `(`
    OpenParen,
    /// `)`
    CloseParen,
    /// `[`
    OpenBracket,
    /// `]`
    CloseBracket,
    /// `{`
    OpenBrace,
    /// `}`
    CloseBrace,
    /// `|`
    Bar,
    /// `;`
    Semicolon,
    /// `,`
    Comma,
    /// `.`
    Dot,
    /// `..`
    DotDot,
    /// `:`
    Colon,
    /// `?`
    Question,
    /// `@`
    At,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Star,
    /// `/`
    Slash,
    /// `%`
    Percent,
    /// `=`
    Equal,
    /// `==`
    EqualEqual,
    /// `!=`
    NotEqual,
    /// `<>`
    LessGreater,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `=~`
    EqualTilde,
    /// `!~`
    NotTilde,
    /// `=>`
    FatArrow,
    /// `<|`
    LessBar,
    // Words with a role: between operands.
    AndKw,
    OrKw,
    InKw,
    InTildeKw,
    NotInKw,
    NotInTildeKw,
    BetweenKw,
    NotBetweenKw,
    HasKw,
    NotHasKw,
    HasCsKw,
    NotHasCsKw,
    HasprefixKw,
    NotHasprefixKw,
    HasprefixCsKw,
    NotHasprefixCsKw,
    HassuffixKw,
    NotHassuffixKw,
    HassuffixCsKw,
    NotHassuffixCsKw,
    ContainsKw,
    NotContainsKw,
    ContainsCsKw,
    NotContainsCsKw,
    StartswithKw,
    NotStartswithKw,
    StartswithCsKw,
    NotStartswithCsKw,
    EndswithKw,
    NotEndswithKw,
    EndswithCsKw,
    NotEndswithCsKw,
    HasAnyKw,
    HasAllKw,
    MatchesKw,
    LikeKw,
    NotlikeKw,
    LikecsKw,
    NotlikecsKw,
    NotcontainsKw,
    NotcontainscsKw,
    ContainscsKw,
    // Words with a role: tabular operators that are read.
    WhereKw,
    FilterKw,
    ExtendKw,
    ProjectKw,
    ProjectAwayKw,
    ProjectKeepKw,
    ProjectRenameKw,
    ProjectReorderKw,
    ProjectSmartKw,
    ProjectByNamesKw,
    SummarizeKw,
    SortKw,
    OrderKw,
    TopKw,
    TakeKw,
    LimitKw,
    CountKw,
    DistinctKw,
    JoinKw,
    UnionKw,
    PrintKw,
    RangeKw,
    RenderKw,
    GetschemaKw,
    AsKw,
    SerializeKw,
    // Words with a role: tabular operators that are only recognised.
    AssertSchemaKw,
    ConsumeKw,
    EvaluateKw,
    ExecuteAndCacheKw,
    FacetKw,
    FindKw,
    ForkKw,
    GraphMatchKw,
    GraphMarkComponentsKw,
    GraphShortestPathsKw,
    GraphToTableKw,
    GraphWhereEdgesKw,
    GraphWhereNodesKw,
    InvokeKw,
    LookupKw,
    MacroExpandKw,
    MakeGraphKw,
    MakeSeriesKw,
    MvApplyKw,
    MvapplyKw,
    MvExpandKw,
    MvexpandKw,
    ParseKw,
    ParseKvKw,
    ParseWhereKw,
    PartitionKw,
    PartitionbyKw,
    ReduceKw,
    SampleKw,
    SampleDistinctKw,
    ScanKw,
    SearchKw,
    TopHittersKw,
    TopNestedKw,
    // Words with a role: the rest.
    LetKw,
    SetKw,
    AliasKw,
    DeclareKw,
    RestrictKw,
    PatternKw,
    QueryParametersKw,
    DatatableKw,
    ExternaldataKw,
    ExternalDataKw,
    MaterializeKw,
    ToscalarKw,
    TotableKw,
    TypeofKw,
    DynamicKw,
    ByKw,
    OnKw,
    ToKw,
    WithKw,
    KindKw,
    FromKw,
    StepKw,
    OfKw,
    AscKw,
    DescKw,
    GrannyAscKw,
    GrannyDescKw,
    NullsKw,
    RegexKw,
    FirstKw,
    LastKw,
    NullKw,
    ViewKw,
    HintKw,
    // Nodes.
    /// The whole text: statements, `;` between them.
    Query,
    /// `let x = …`.
    LetStatement,
    /// `set option = value`.
    SetStatement,
    /// `alias database x = …`.
    AliasStatement,
    /// `declare query_parameters(…)`, `declare pattern …`.
    DeclareStatement,
    /// `restrict access to (…)`.
    RestrictStatement,
    /// An expression, tabular or scalar.
    ExpressionStatement,
    /// `(x:long) { … }`, `view () { … }`.
    FunctionDeclaration,
    /// `(x:long, y:string = 'a')`.
    FunctionParameters,
    /// `(x:long, y:string)` or `(*)`: the columns of a table that is a parameter.
    RowSchema,
    /// `{ … }`.
    FunctionBody,
    /// Source, then operators, `|` between them.
    PipeExpr,
    WhereOperator,
    ExtendOperator,
    ProjectOperator,
    ProjectAwayOperator,
    ProjectKeepOperator,
    ProjectRenameOperator,
    ProjectReorderOperator,
    SummarizeOperator,
    SortOperator,
    TopOperator,
    TakeOperator,
    CountOperator,
    DistinctOperator,
    JoinOperator,
    UnionOperator,
    PrintOperator,
    RangeOperator,
    RenderOperator,
    GetSchemaOperator,
    AsOperator,
    SerializeOperator,
    /// An operator of the language whose inside is not read yet.
    UnsupportedOperator,
    /// `by a, b`.
    ByClause,
    /// `on a, $left.b == $right.c`.
    OnClause,
    /// `x desc nulls last`.
    SortKey,
    /// `kind=inner`, `hint.strategy=shuffle`.
    Parameter,
    /// `with (title='x')`.
    PropertyList,
    /// `title='x'`.
    Property,
    /// `x:long`.
    ColumnDeclaration,
    /// `x:long = 1` of `declare query_parameters`.
    ParameterDeclaration,
    TypeName,
    /// `[1, 2]` of `datatable`.
    ValueList,
    /// A name, plain or `['bracketed']`.
    Name,
    /// `Device*`.
    WildcardName,
    /// `*`.
    StarExpr,
    /// One literal token.
    Literal,
    /// `'a' "b"`: adjacent strings are one.
    CompoundString,
    /// `dynamic(…)`.
    DynamicLiteral,
    JsonArray,
    JsonObject,
    JsonPair,
    /// `typeof(long)`.
    TypeOfLiteral,
    UnaryExpr,
    BinaryExpr,
    /// Operands with `and` (or `or`) between them, flat however many.
    LogicalExpr,
    /// `x between (a .. b)`.
    BetweenExpr,
    /// `x in (…)`, `x has_any (…)`.
    InExpr,
    /// `(a, b)` to the right of `in`.
    ExprList,
    CallExpr,
    ArgumentList,
    /// `a.b`, `a.['b']`, `database('d').T`.
    PathExpr,
    /// `a[0]`.
    IndexExpr,
    ParenExpr,
    /// `x = e`, `(x, y) = e`.
    NamedExpr,
    /// `(x, y)` before `=`.
    NameList,
    DatatableExpr,
    ExternalDataExpr,
    /// What no rule could read.
    Error,
}

/// Where a word with a role may also be a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// Anywhere.
    Name,
    /// Only before `=`, as in `extend by = 1`.
    Declared,
    Reserved,
}

/// The words with a role; measured against Microsoft's parser, which lets some of them be names too.
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
    ("matches", SyntaxKind::MatchesKw, Use::Reserved),
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
    ("kind", SyntaxKind::KindKw, Use::Name),
    ("from", SyntaxKind::FromKw, Use::Name),
    ("step", SyntaxKind::StepKw, Use::Name),
    ("of", SyntaxKind::OfKw, Use::Declared),
    ("asc", SyntaxKind::AscKw, Use::Reserved),
    ("desc", SyntaxKind::DescKw, Use::Reserved),
    ("granny-asc", SyntaxKind::GrannyAscKw, Use::Reserved),
    ("granny-desc", SyntaxKind::GrannyDescKw, Use::Reserved),
    ("nulls", SyntaxKind::NullsKw, Use::Name),
    ("regex", SyntaxKind::RegexKw, Use::Name),
    ("first", SyntaxKind::FirstKw, Use::Name),
    ("last", SyntaxKind::LastKw, Use::Name),
    ("null", SyntaxKind::NullKw, Use::Name),
    ("view", SyntaxKind::ViewKw, Use::Name),
    ("hint", SyntaxKind::HintKw, Use::Name),
];

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

static KEYWORDS: LazyLock<HashMap<&'static str, SyntaxKind>> =
    LazyLock::new(|| WORDS.iter().map(|(text, kind, _)| (*text, *kind)).collect());

impl SyntaxKind {
    /// Whitespace and comments: no meaning, but kept.
    pub fn is_trivia(self) -> bool {
        matches!(self, Self::Whitespace | Self::Comment)
    }

    /// True for every kind that a leaf can have.
    pub fn is_token(self) -> bool {
        self < Self::Query
    }

    /// True for words that have a role in the grammar.
    pub fn is_keyword(self) -> bool {
        (Self::AndKw..Self::Query).contains(&self)
    }

    /// True for words that name a tabular operator.
    pub fn is_operator_keyword(self) -> bool {
        (Self::WhereKw..=Self::TopNestedKw).contains(&self)
    }

    /// True for tabular operators that are recognised by their word alone.
    pub fn is_unsupported_operator(self) -> bool {
        (Self::AssertSchemaKw..=Self::TopNestedKw).contains(&self)
    }

    /// True for literal tokens, also for a string without its end.
    pub fn is_literal(self) -> bool {
        (Self::BoolLiteral..=Self::UnterminatedString).contains(&self)
    }

    /// True when the token is or can be a name wherever a name is read.
    pub fn is_name(self) -> bool {
        self == Self::Identifier || self.word_use() == Some(Use::Name)
    }

    /// True when the token can be a name that is being declared (`by = 1`).
    pub fn is_declared_name(self) -> bool {
        self.is_name() || self.word_use() == Some(Use::Declared)
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
        KEYWORDS.get(word).copied()
    }

    /// The words of all tabular operators.
    pub(super) fn operator_words() -> impl Iterator<Item = &'static str> {
        WORDS.iter().filter(|(_, kind, _)| kind.is_operator_keyword()).map(|(text, ..)| *text)
    }

    /// True for the words that compare two strings, such as `has` and `!contains_cs`; not for `in`, `has_any` and
    /// `matches`.
    pub(super) fn is_string_operator_word(self) -> bool {
        (Self::HasKw..=Self::NotEndswithCsKw).contains(&self) || (Self::LikeKw..=Self::ContainscsKw).contains(&self)
    }

    fn word_use(self) -> Option<Use> {
        let index = (self as usize).checked_sub(Self::AndKw as usize)?;
        WORDS.get(index).map(|(.., word_use)| *word_use)
    }
}
