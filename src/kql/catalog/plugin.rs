//! Plugins: what `evaluate` calls.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::signature::Class;

/// A function of `evaluate`: it makes a table of its input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::kql) struct Plugin {
    pub(in crate::kql) name: &'static str,
    pub(in crate::kql) signatures: Vec<PluginSignature>,
    /// What it gives, as one line without a full stop.
    pub(in crate::kql) doc: &'static str,
    /// It works, but nobody should be led to it.
    pub(in crate::kql) is_hidden: bool,
}

/// One way to call a plugin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::kql) struct PluginSignature {
    /// As a person reads it. Before the type stands what the argument has to be: `column`, `const`, `literal`, `filled`
    /// (a literal that is not empty), `lookup` (a column of the first argument), `common` (a column of the first
    /// argument and of the input) or `aggregate`. `real~` says that the text `~` stands for the default; `{1..}` says
    /// how often a parameter may be repeated.
    pub(in crate::kql) text: &'static str,
    pub(in crate::kql) parameters: Vec<PluginParameter>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::kql) struct PluginParameter {
    pub(in crate::kql) name: &'static str,
    pub(in crate::kql) place: Place,
    pub(in crate::kql) class: Class,
    pub(in crate::kql) fewest: usize,
    pub(in crate::kql) is_repeated: bool,
    /// The text `~` stands for the default.
    pub(in crate::kql) may_be_default: bool,
}

/// What an argument of a plugin has to be, beside its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::kql) enum Place {
    Any,
    Constant,
    Literal,
    /// A literal text that is not empty.
    FilledLiteral,
    /// A column of the input.
    Column,
    /// A column of the table that is the first argument.
    LookupColumn,
    /// A column that the input and the table that is the first argument both have.
    CommonColumn,
    Aggregate,
}

impl PluginSignature {
    fn parse(text: &'static str) -> Self {
        let inner = text.trim_start_matches('(').trim_end_matches(')');
        let parameters = inner.split(", ").filter(|part| !part.is_empty()).map(PluginParameter::parse).collect();
        Self { text, parameters }
    }

    /// Fewest and most arguments.
    pub(in crate::kql) fn arity(&self) -> (usize, usize) {
        let fewest = self.parameters.iter().map(|parameter| parameter.fewest).sum();
        let is_bounded = self.parameters.iter().all(|parameter| !parameter.is_repeated);
        (fewest, if is_bounded { self.parameters.len() } else { usize::MAX })
    }

    pub(in crate::kql) fn parameter(&self, name: &str) -> Option<&PluginParameter> {
        self.parameters.iter().find(|parameter| parameter.name.eq_ignore_ascii_case(name))
    }
}

impl PluginParameter {
    fn parse(text: &'static str) -> Self {
        let (text, is_optional) = match text.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')) {
            Some(inner) => (inner, true),
            None => (text, false),
        };
        let (text, repeat) = match text.split_once(" {") {
            Some((text, repeat)) => (text, Some(repeat.trim_end_matches("..}").parse().unwrap_or(0))),
            None => (text, None),
        };
        let (name, class) = text.split_once(": ").unwrap_or((text, "scalar"));
        let (place, class) = match class.split_once(' ') {
            Some(("const", class)) => (Place::Constant, class),
            Some(("literal", class)) => (Place::Literal, class),
            Some(("filled", class)) => (Place::FilledLiteral, class),
            Some(("column", class)) => (Place::Column, class),
            Some(("lookup", class)) => (Place::LookupColumn, class),
            Some(("common", class)) => (Place::CommonColumn, class),
            Some(("aggregate", class)) => (Place::Aggregate, class),
            _ => (Place::Any, class),
        };
        let (class, may_be_default) = match class.strip_suffix('~') {
            Some(class) => (class, true),
            None => (class, false),
        };
        let fewest = repeat.unwrap_or_else(|| usize::from(!is_optional));
        Self { name, place, class: Class::parse(class), fewest, is_repeated: repeat.is_some(), may_be_default }
    }
}

/// The plugin of this name.
pub(in crate::kql) fn plugin(name: &str) -> Option<&'static Plugin> {
    plugins().get(name)
}

/// Every plugin by name.
pub(in crate::kql) fn plugins() -> &'static BTreeMap<&'static str, Plugin> {
    static PLUGINS: OnceLock<BTreeMap<&'static str, Plugin>> = OnceLock::new();
    PLUGINS.get_or_init(|| {
        ROWS.iter()
            .map(|row| {
                let signatures = row.signatures.split("; ").map(PluginSignature::parse).collect();
                (row.name, Plugin { name: row.name, signatures, doc: row.doc, is_hidden: row.is_hidden })
            })
            .collect()
    })
}

struct Row {
    name: &'static str,
    /// One or more signatures in the notation of [`PluginSignature::text`], separated by `;`.
    signatures: &'static str,
    doc: &'static str,
    is_hidden: bool,
}

impl Row {
    const fn new(name: &'static str, signatures: &'static str, doc: &'static str, is_hidden: bool) -> Self {
        Self { name, signatures, doc, is_hidden }
    }
}

/// Names, parameters and their kinds are those of Microsoft's language service.
const ROWS: &[Row] = &[
    Row::new(
        "active_users_count",
        "(IdColumn: column nondynamic, TimelineColumn: column summable, Start: const summable, End: const summable, LookbackWindow: const summable, Period: const summable, ActivePeriods: const summable, Step: const summable, Dimension: column nondynamic {0..})",
        "Distinct users of each period who were active in at least so many periods before",
        false,
    ),
    Row::new(
        "activity_counts_metrics",
        "(IdColumn: column nondynamic, TimelineColumn: column summable, Start: const summable, End: const summable, Step: const summable, Dimension: column nondynamic {0..})",
        "Activity counts, distinct and new users of each step of time",
        false,
    ),
    Row::new(
        "activity_engagement",
        "(IdColumn: column nondynamic, TimelineColumn: column summable, InnerActivityWindow: const summable, OuterActivityWindow: const summable); (IdColumn: column nondynamic, TimelineColumn: column summable, Start: const summable, End: const summable, InnerActivityWindow: const summable, OuterActivityWindow: const summable, Dimension: column nondynamic {0..})",
        "Share of the users of a long window who were active in a short one",
        false,
    ),
    Row::new(
        "activity_metrics",
        "(IdColumn: column scalar, TimelineColumn: column summable, Start: const summable, End: const summable, Step: const summable, Dimension: column nondynamic {0..}); (IdColumn: column scalar, TimelineColumn: column summable, [Start: const summable], [End: const summable])",
        "Users, new users, retention and churn of each step of time",
        false,
    ),
    Row::new(
        "ai_chat_completion",
        "(Prompt: array, ConnectionString: string, [Options: bag], [IncludeErrorMessages: bool])",
        "Answer of a language model to a conversation",
        false,
    ),
    Row::new(
        "ai_chat_completion_prompt",
        "(Prompt: string, ConnectionString: string, [Options: bag], [IncludeErrorMessages: bool])",
        "Answer of a language model to a prompt",
        false,
    ),
    Row::new(
        "ai_embed_text",
        "(Text: scalar, ConnectionString: string, [Options: bag], [IncludeErrorMessages: bool])",
        "Embedding of a text, by the old name of ai_embeddings",
        true,
    ),
    Row::new(
        "ai_embeddings",
        "(Text: scalar, ConnectionString: string, [Options: bag], [IncludeErrorMessages: bool])",
        "Embedding of a text by a language model",
        false,
    ),
    Row::new(
        "autocluster",
        "([SizeWeight: real~], [WeightColumn: column scalar~], [NumSeeds: integer~], CustomWildcard: scalar {0..})",
        "Common patterns of column values that many rows share",
        false,
    ),
    Row::new(
        "azure_digital_twins_query_request",
        "(endpoint: string, sql_query: string)",
        "Rows that a query to Azure Digital Twins gives",
        false,
    ),
    Row::new(
        "bag_unpack",
        "(column: column scalar, [column_prefix: filled string])",
        "A column for each key of a bag",
        false,
    ),
    Row::new(
        "basket",
        "([Threshold: real~], [WeightColumn: column scalar~], [MaxDimensions: integer~], CustomWildcard: scalar {0..})",
        "Frequent patterns of column values above a threshold",
        false,
    ),
    Row::new(
        "cosmosdb_sql_request",
        "(connection_string: string, sql_query: string, [sql_parameters: bag], [options: bag])",
        "Rows that a SQL query to Cosmos DB gives",
        false,
    ),
    Row::new(
        "csharp",
        "(OutputSchema: type, Script: string, [Arguments: bag])",
        "Rows that a C# script makes of the input",
        false,
    ),
    Row::new(
        "dax_request",
        "(connection_string: string, dax_query: string, [dax_parameters: bag], [options: bag])",
        "Rows that a DAX query gives",
        true,
    ),
    Row::new("dcount_intersect", "(hll: array {2..})", "Distinct counts of the intersections of count sketches", false),
    Row::new(
        "diffpatterns",
        "(SplitColumn: column scalar, SplitValueA: string, SplitValueB: string, [WeightColumn: column scalar~], [Threshold: real~], [MaxDimensions: integer~], CustomWildcard: scalar {0..})",
        "Patterns of column values that tell two sets of rows apart",
        false,
    ),
    Row::new("estimate_rows_count", "()", "Number of rows, estimated", false),
    Row::new("execute_query", "(connection_string: string, query: string)", "Rows that a query elsewhere gives", false),
    Row::new(
        "execute_show_command",
        "(connection_string: string, command: string)",
        "Rows that a show command elsewhere gives",
        false,
    ),
    Row::new("external_datatable", "()", "Rows of an external table", false),
    Row::new(
        "funnel_sequence",
        "(IdColumn: column nondynamic, TimelineColumn: column summable, Start: const summable, End: const summable, MaxWindowSizeBetweenSteps: const summable, Step: const summable, StateColumn: column nondynamic, Sequence: const array)",
        "Users who went through states in the order of a sequence",
        false,
    ),
    Row::new(
        "funnel_sequence_completion",
        "(IdColumn: column nondynamic, TimelineColumn: column summable, Start: const summable, End: const summable, BinSize: const summable, StateColumn: column nondynamic, Sequence: const array, MaxSequencePeriods: const array)",
        "Users who completed a sequence of states within periods of time",
        false,
    ),
    Row::new(
        "geo_line_lookup",
        "(LookupTable: table, LookupLineKey: lookup bag, SourceLongitude: column scalar, SourceLatitude: column scalar, radius: literal real, [return_unmatched: literal bool], [lookup_area_radius: literal real], [return_lookup_key: literal bool])",
        "Rows joined with the lines near their point",
        false,
    ),
    Row::new(
        "geo_polygon_lookup",
        "(LookupTable: table, LookupPolygonKey: lookup bag, SourceLongitude: column scalar, SourceLatitude: column scalar, [radius: literal real], [return_unmatched: literal bool], [lookup_area_radius: literal real], [return_lookup_key: literal bool])",
        "Rows joined with the polygons that hold their point",
        false,
    ),
    Row::new(
        "http_request",
        "(Uri: const string, [RequestHeaders: bag], [Options: bag])",
        "Answer to a GET request",
        false,
    ),
    Row::new(
        "http_request_post",
        "(Uri: const string, [RequestHeaders: bag], [Options: bag], [Content: const string])",
        "Answer to a POST request",
        false,
    ),
    Row::new("identity", "()", "The rows as they are", false),
    Row::new(
        "identity_v3",
        "(mode: const string, exceptionText: const string)",
        "The rows as they are, or an error on purpose",
        false,
    ),
    Row::new("infer_storage_schema", "(Options: bag)", "Schema of files in storage, as text", false),
    Row::new(
        "infer_storage_schema_with_suggestions",
        "(Options: bag)",
        "Schema of files in storage, with better types where values allow them",
        false,
    ),
    Row::new(
        "ipv4_lookup",
        "(LookupTable: table, SourceIPv4Key: column scalar, IPv4LookupKey: lookup scalar, ExtraKey: common scalar {0..}, [return_unmatched: literal bool])",
        "Rows joined with the IPv4 networks that hold their address",
        false,
    ),
    Row::new(
        "ipv6_lookup",
        "(LookupTable: table, SourceIPv6Key: column scalar, IPv6LookupKey: lookup scalar, [return_unmatched: literal bool])",
        "Rows joined with the IPv6 networks that hold their address",
        false,
    ),
    Row::new(
        "mysql_request",
        "(connection_string: string, sql_query: string, [sql_parameters: bag], [options: bag])",
        "Rows that a query to a MySQL server gives",
        false,
    ),
    Row::new("narrow", "()", "A row for each cell: row, column, value", false),
    Row::new(
        "new_activity_metrics",
        "(IdColumn: column nondynamic, TimelineColumn: column summable, Start: const summable, End: const summable, Window: scalar, [Cohort: const scalar], Dimension: column nondynamic {0..}, [lookback: table])",
        "Users, retention and churn of each cohort of new users",
        false,
    ),
    Row::new(
        "pivot",
        "(pivotColumn: column nondynamic, [aggregateFunction: aggregate scalar], columnName: column scalar {0..})",
        "A column for each value of a column",
        false,
    ),
    Row::new(
        "postgresql_request",
        "(connection_string: string, sql_query: string, [sql_parameters: bag], [options: bag])",
        "Rows that a query to a PostgreSQL server gives",
        true,
    ),
    Row::new("preview", "(NumberOfRows: integer)", "The first rows, and beside them how many there are", false),
    Row::new(
        "python",
        "(OutputSchema: type, Script: string, [Arguments: bag], [Artifacts: bag])",
        "Rows that a Python script makes of the input",
        false,
    ),
    Row::new(
        "r",
        "(OutputSchema: type, Script: string, [Arguments: bag])",
        "Rows that an R script makes of the input",
        false,
    ),
    Row::new(
        "rolling_percentile",
        "(ValueColumn: column summable, Percentile: const number, IndexColumn: column summable, BinSize: summable, BinsPerWindow: const integer, Dimension: column nondynamic {0..})",
        "Percentile of a column over a window that moves over bins",
        false,
    ),
    Row::new(
        "rows_near",
        "(Condition: bool, NumRows: const integer, [NumRowsAfter: const integer])",
        "Rows where a condition is true, and those before and after them",
        false,
    ),
    Row::new("schema_merge", "([PreserveOrder: literal bool])", "Several schemas as one", true),
    Row::new(
        "sequence_detect",
        "(TimelineColumn: column summable, MaxSequenceStepWindow: const summable, MaxSequenceSpan: const summable, Expr: bool {1..}, Dimension: column nondynamic {0..})",
        "Sequences of rows in time that fit conditions in order",
        false,
    ),
    Row::new(
        "session_count",
        "(IdColumn: column nondynamic, TimelineColumn: column summable, Start: const summable, End: const summable, Bin: const summable, LookBackWindow: const summable, Dimension: column nondynamic {0..})",
        "Sessions of each bin of time",
        false,
    ),
    Row::new(
        "sliding_window_counts",
        "(IdColumn: column nondynamic, TimelineColumn: column summable, Start: const summable, End: const summable, LookBackWindow: const summable, Step: const summable, Dimension: column nondynamic {0..})",
        "Counts and distinct counts over a window that moves over time",
        false,
    ),
    Row::new(
        "sql_request",
        "(connection_string: string, sql_query: string, [sql_parameters: bag], [options: bag])",
        "Rows that a query to a SQL server gives",
        false,
    ),
];
