//! What stands before the expressions of an operator: `kind=inner`, `hint.strategy=shuffle`, `with_itemindex=i`. One
//! table that reading, completion and binding share.

/// A parameter of an operator, or a property of its `with (…)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::kql) struct OperatorParameter {
    pub(in crate::kql) name: &'static str,
    /// Another spelling, or nothing.
    pub(in crate::kql) alias: Option<&'static str>,
    pub(in crate::kql) kind: Kind,
    /// The words that are allowed; none when any is.
    pub(in crate::kql) values: &'static [&'static str],
    pub(in crate::kql) is_repeatable: bool,
    /// It works, but nobody should be led to it.
    pub(in crate::kql) is_hidden: bool,
}

/// What the value of a parameter has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::kql) enum Kind {
    /// One of the words.
    Word,
    /// One of the words, or a number.
    WordOrNumber,
    Bool,
    Integer,
    Number,
    /// Any literal.
    Literal,
    StringLiteral,
    /// A text, not only a literal.
    Text,
    Column,
    /// `a, b`
    Columns,
    /// The name of a column that comes to be.
    NewName,
}

/// The parameters of an operator by its KQL name; those of its `with (…)` by that name and `with`. Old spellings of an
/// operator have the parameters of the new one.
pub(in crate::kql) fn operator_parameters(operator: &str) -> &'static [OperatorParameter] {
    let operator = match operator {
        "mvexpand" => "mv-expand",
        "mvapply" => "mv-apply",
        "order" => "sort",
        "parse-where" => "parse",
        operator => operator,
    };
    let place = TABLE.binary_search_by_key(&operator, |(name, _)| name);
    place.map_or(&[], |place| TABLE[place].1)
}

/// The parameter of an operator by its name or other spelling.
pub(in crate::kql) fn operator_parameter(operator: &str, name: &str) -> Option<&'static OperatorParameter> {
    operator_parameters(operator).iter().find(|parameter| parameter.name == name || parameter.alias == Some(name))
}

const fn one(name: &'static str, kind: Kind, values: &'static [&'static str]) -> OperatorParameter {
    OperatorParameter { name, alias: None, kind, values, is_repeatable: false, is_hidden: false }
}

impl OperatorParameter {
    const fn repeatable(self) -> Self {
        Self { is_repeatable: true, ..self }
    }

    const fn hidden(self) -> Self {
        Self { is_hidden: true, ..self }
    }

    const fn also(self, alias: &'static str) -> Self {
        Self { alias: Some(alias), ..self }
    }
}

/// By the names of operators, in their order. Names and words are those of Microsoft's language service.
const TABLE: &[(&str, &[OperatorParameter])] = &[
    (
        "__partitionby",
        &[
            one("hint.concurrency", Kind::WordOrNumber, &["auto", "left", "local", "right", "unresolved"]),
            one("hint.spread", Kind::WordOrNumber, &["auto", "local"]),
            one("hint.materialized", Kind::Bool, &[]),
            one("hint.shufflekey", Kind::Column, &[]).repeatable(),
            one("hint.strategy", Kind::Word, &["shuffle", "native", "legacy"]),
        ],
    ),
    ("as", &[one("hint.materialized", Kind::Bool, &[])]),
    ("consume", &[one("decodeblocks", Kind::Bool, &[])]),
    (
        "distinct",
        &[
            one("hint.shufflekey", Kind::Column, &[]).repeatable(),
            one("hint.strategy", Kind::Word, &["auto", "broadcast", "centralized", "shuffle"]),
            one("hint.num_partitions", Kind::Integer, &[]),
        ],
    ),
    (
        "evaluate",
        &[
            one("hint.distribution", Kind::Word, &["single", "per_node", "per_shard", "default"]),
            one("hint.remote", Kind::Word, &["auto", "local"]),
        ],
    ),
    ("find", &[one("withsource", Kind::NewName, &[]).also("with_source")]),
    (
        "graph-mark-components",
        &[one("kind", Kind::Word, &["weak", "strong"]), one("with_component_id", Kind::NewName, &[])],
    ),
    ("graph-match", &[one("cycles", Kind::Word, &["none", "all", "unique_edges"])]),
    ("graph-shortest-paths", &[one("output", Kind::Word, &["any", "all"])]),
    ("graph-to-table edges", &[one("with_source_id", Kind::NewName, &[]), one("with_target_id", Kind::NewName, &[])]),
    ("graph-to-table nodes", &[one("with_node_id", Kind::NewName, &[])]),
    (
        "join",
        &[
            one(
                "kind",
                Kind::Word,
                &[
                    "inner",
                    "fullouter",
                    "innerunique",
                    "leftanti",
                    "leftantisemi",
                    "anti",
                    "leftouter",
                    "leftsemi",
                    "rightanti",
                    "rightantisemi",
                    "rightouter",
                    "rightsemi",
                ],
            ),
            one("hint.remote", Kind::Word, &["auto", "left", "local", "right", "unresolved"]),
            one("hint.shufflekey", Kind::Column, &[]).repeatable(),
            one("hint.strategy", Kind::Word, &["auto", "broadcast", "centralized", "shuffle"]),
            one("hint.num_partitions", Kind::Integer, &[]),
        ],
    ),
    ("lookup", &[one("kind", Kind::Word, &["inner", "leftouter"])]),
    (
        "macro-expand",
        &[
            one("force_remote", Kind::Bool, &[]),
            one("isfuzzy", Kind::Bool, &[]).also("__isFuzzy"),
            one("best_effort", Kind::Bool, &[]),
        ],
    ),
    ("make-graph", &[one("hint.strategy", Kind::Word, &["shuffle", "native"])]),
    ("make-series", &[one("hint.shufflekey", Kind::Column, &[]).repeatable(), one("kind", Kind::Word, &["nonempty"])]),
    ("mv-apply", &[one("with_itemindex", Kind::NewName, &[])]),
    (
        "mv-expand",
        &[
            one("kind", Kind::Word, &["bag", "array"]),
            one("bagexpansion", Kind::Word, &["bag", "array"]).hidden(),
            one("with_itemindex", Kind::NewName, &[]),
        ],
    ),
    ("parse", &[one("kind", Kind::Word, &["simple", "regex", "relaxed"]), one("flags", Kind::Word, &[])]),
    (
        "parse-kv with",
        &[
            one("pair_delimiter", Kind::StringLiteral, &[]),
            one("kv_delimiter", Kind::StringLiteral, &[]),
            one("regex", Kind::StringLiteral, &[]),
            one("quote", Kind::StringLiteral, &[]).repeatable(),
            one("escape", Kind::StringLiteral, &[]).repeatable(),
            one("greedy", Kind::Bool, &[]),
        ],
    ),
    (
        "partition",
        &[
            one("hint.concurrency", Kind::WordOrNumber, &["auto", "left", "local", "right", "unresolved"]),
            one("hint.spread", Kind::WordOrNumber, &["auto", "local"]),
            one("hint.materialized", Kind::Bool, &[]),
            one("hint.shufflekey", Kind::Column, &[]).repeatable(),
            one("hint.strategy", Kind::Word, &["shuffle", "native", "legacy"]),
        ],
    ),
    ("reduce", &[one("kind", Kind::Word, &["source"])]),
    ("reduce with", &[one("threshold", Kind::Number, &[]), one("characters", Kind::StringLiteral, &[])]),
    (
        "render",
        &[
            one("kind", Kind::Word, &["default", "unstacked", "stacked", "stacked100", "map"]).hidden(),
            one("title", Kind::Text, &[]).hidden(),
            one("accumulate", Kind::Bool, &[]).hidden(),
            one("with", Kind::StringLiteral, &[]).hidden(),
            one("by", Kind::Columns, &[]).hidden(),
        ],
    ),
    (
        "render with",
        &[
            one("kind", Kind::Word, &["default", "unstacked", "stacked", "stacked100", "map"]),
            one("title", Kind::Text, &[]),
            one("accumulate", Kind::Bool, &[]),
            one("xcolumn", Kind::Column, &[]),
            one("ycolumns", Kind::Columns, &[]),
            one("anomalycolumns", Kind::Columns, &[]),
            one("series", Kind::Columns, &[]),
            one("xtitle", Kind::Text, &[]),
            one("ytitle", Kind::Text, &[]),
            one("xaxis", Kind::Word, &["linear", "log"]),
            one("yaxis", Kind::Word, &["linear", "log"]),
            one("legend", Kind::Word, &["visible", "hidden"]),
            one("ysplit", Kind::Word, &["none", "axes", "panels"]),
            one("ymin", Kind::Number, &[]),
            one("ymax", Kind::Number, &[]),
            one("xmin", Kind::Literal, &[]),
            one("xmax", Kind::Literal, &[]),
        ],
    ),
    ("restrict", &[one("AllowManagedIdentityAuthentication", Kind::Bool, &[])]),
    ("scan", &[one("kind", Kind::Word, &["partial", "full"]).hidden(), one("with_match_id", Kind::NewName, &[])]),
    ("search", &[one("kind", Kind::Word, &["default", "case_insensitive", "case_sensitive"])]),
    ("sort", &[one("hint.strategy", Kind::Word, &["splitBlock", "multipleBlocks"])]),
    (
        "summarize",
        &[
            one("hint.shufflekey", Kind::Column, &[]).repeatable(),
            one("hint.strategy", Kind::Word, &["shuffle"]),
            one("hint.num_partitions", Kind::Integer, &[]),
        ],
    ),
    ("top", &[one("hint.progressive_top", Kind::Bool, &[])]),
    (
        "union",
        &[
            one("kind", Kind::Word, &["inner", "outer"]),
            one("withsource", Kind::NewName, &[]).also("with_source"),
            one("isfuzzy", Kind::Bool, &[]).also("__isFuzzy"),
            one("best_effort", Kind::Bool, &[]),
            one("hint.concurrency", Kind::WordOrNumber, &["auto", "left", "local", "right", "unresolved"]),
            one("hint.spread", Kind::WordOrNumber, &["auto", "local"]),
        ],
    ),
];
