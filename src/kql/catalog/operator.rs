//! Tabular operators and statements: how they are written and what they do. Completion reads the syntax off these
//! tables, hover and signature help show it.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::notation::Syntax;

/// A tabular operator or a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::kql) struct Construct {
    /// The word that begins it.
    pub(in crate::kql) name: &'static str,
    pub(in crate::kql) position: Position,
    /// What follows the word.
    pub(in crate::kql) syntax: Syntax,
    /// One sentence.
    pub(in crate::kql) doc: &'static str,
}

/// Where it may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::kql) enum Position {
    /// After `|` only.
    Piped,
    /// At the start of a query only.
    Leading,
    Both,
    /// At the start of a statement.
    Statement,
    /// Where a table is read from, and nowhere after `|`.
    Source,
}

type Line = (&'static str, Position, &'static str, &'static str);

use Position::{Both, Leading, Piped, Source, Statement};

/// Those that hunters use most come first: completion keeps this order.
const LINES: &[Line] = &[
    ("where", Piped, "<condition:scalar>", "Keeps the rows for which a condition is true."),
    (
        "extend",
        Piped,
        "<column:named>,...",
        "Adds columns that are computed from each row, or replaces those of the same name.",
    ),
    (
        "project",
        Piped,
        "[<column:named>,...]",
        "Keeps only these columns, in this order; they may be renamed or computed.",
    ),
    (
        "summarize",
        Piped,
        "{summarize} [(<aggregate>,...)] [by <group:named>,...]",
        "Makes one row of each group of rows by aggregate functions.",
    ),
    (
        "join",
        Piped,
        "{join} <table> [on <condition:key>,...]",
        "Puts rows of two tables side by side where their keys are equal; kind says which rows stay.",
    ),
    ("take", Piped, "<rows:count>", "Gives some rows, at most so many; which ones is left open."),
    (
        "sort",
        Piped,
        "{sort} by (<key:scalar> [(asc | desc)] [nulls (first | last)]),...",
        "Puts the rows in order; descending unless `asc` is written.",
    ),
    (
        "top",
        Piped,
        "{top} <rows:count> by <key:scalar> [(asc | desc)] [nulls (first | last)]",
        "Gives the first rows of an order.",
    ),
    ("count", Piped, "[as <name>]", "Gives one row with the number of rows."),
    ("distinct", Piped, "{distinct} ('*' | <column:named>,...)", "Gives each combination of these columns once."),
    ("project-away", Piped, "<column:columns>,...", "Drops these columns; `*` in a name stands for any text."),
    ("project-rename", Piped, "<new_name = column:named>,...", "Renames columns and leaves the rest as it is."),
    (
        "project-reorder",
        Piped,
        "(<column:columns> [(asc | desc | granny-asc | granny-desc)]),...",
        "Puts these columns first and keeps the rest behind them.",
    ),
    ("project-keep", Piped, "<column:columns>,...", "Keeps only these columns, in the order of the input."),
    ("union", Both, "{union} <table>,...", "Puts the rows of several tables below one another."),
    (
        "lookup",
        Piped,
        "{lookup} <table> on <condition:key>,...",
        "Adds to each row the columns of a small table whose keys are equal.",
    ),
    (
        "mv-expand",
        Piped,
        "{mv-expand} (<column:named> [to typeof '(' <type> ')']),... [limit <rows:count>]",
        "Makes a row of each element of an array or property bag.",
    ),
    (
        "mv-apply",
        Piped,
        "{mv-apply} (<column:named> [to typeof '(' <type> ')']),... [limit <rows:count>] on '(' <subquery> ')'",
        "Runs operators over the elements of an array, row by row.",
    ),
    (
        "parse",
        Piped,
        "{parse} <text:scalar> with ('*' | <text> | <column:name> [':' <type>])...",
        "Cuts new columns out of a text by a pattern; rows that do not match get nulls.",
    ),
    (
        "parse-where",
        Piped,
        "{parse} <text:scalar> with ('*' | <text> | <column:name> [':' <type>])...",
        "Cuts new columns out of a text by a pattern and drops rows that do not match.",
    ),
    (
        "parse-kv",
        Piped,
        "<text:scalar> as '(' (<key:name> ':' <type>),... ')' [with '(' {,parse-kv with} ')']",
        "Cuts keys and their values out of a text into columns.",
    ),
    (
        "evaluate",
        Both,
        "{evaluate} <plugin> [':' '(' ('*' | <column:name> ':' <type>),... ')']",
        "Calls a plugin on the rows.",
    ),
    ("invoke", Piped, "<function:invoked>", "Calls a function whose first parameter is the rows."),
    ("render", Piped, "<chart> [with '(' {,render with} ')']", "Asks the client to draw the result."),
    (
        "make-series",
        Piped,
        "{make-series} (<aggregate> [default '=' <value:scalar>]),... on <axis:named> [from <start:scalar>] [to <end:scalar>] step <step:scalar> [by <group:named>,...]",
        "Makes arrays of aggregates at even steps along an axis, mostly time.",
    ),
    (
        "search",
        Both,
        "{search} [in '(' <table>,... ')'] <condition:scalar>",
        "Keeps the rows that hold a text in any column.",
    ),
    (
        "serialize",
        Piped,
        "[<column:named>,...]",
        "Fixes the order of the rows, as window functions need it, and may add columns.",
    ),
    ("getschema", Piped, "", "Gives one row a column: its name, place and type."),
    ("as", Piped, "{as} <name>", "Names the rows so that later operators can use them again."),
    ("limit", Piped, "<rows:count>", "Gives some rows, at most so many; the same as take."),
    (
        "order",
        Piped,
        "{sort} by (<key:scalar> [(asc | desc)] [nulls (first | last)]),...",
        "Puts the rows in order; the same as sort.",
    ),
    ("sample", Piped, "<rows:count>", "Gives so many rows chosen at random."),
    ("sample-distinct", Piped, "<values:count> of <column:named>", "Gives so many different values of a column."),
    (
        "top-nested",
        Piped,
        "([<rows:count>] of <column:named> [with others '=' <value:scalar>] by <aggregate> [(asc | desc)]),...",
        "Gives the first values of a column, and within each those of the next column.",
    ),
    (
        "top-hitters",
        Piped,
        "<values:count> of <column:named> [by <weight:scalar>]",
        "Gives the values that occur most, approximately.",
    ),
    (
        "partition",
        Piped,
        "{partition} by <column> ('(' <subquery> ')' | '{' <query> '}')",
        "Runs operators over the rows of each value of a column apart.",
    ),
    (
        "scan",
        Piped,
        "{scan} [partition by <group:named>,...] [declare '(' (<column:name> ':' <type> ['=' <value:scalar>]),... ')'] with '(' (step <name> [optional] [output '=' (all | last | none)] ':' <condition:scalar> ['=>' (<column> '=' <value:scalar>),...] ';')... ')'",
        "Finds sequences of rows by steps and carries values along.",
    ),
    (
        "reduce",
        Piped,
        "{reduce} by <text:scalar> [with {reduce with}]",
        "Groups texts that look alike and gives a pattern a group.",
    ),
    (
        "make-graph",
        Piped,
        "{make-graph} <source:column> '-->' <target:column> [with (<nodes:table> on <key:column>),...] [with_node_id '=' <name>] [partitioned-by <column> '(' <subquery> ')']",
        "Makes a graph of rows that are edges.",
    ),
    (
        "graph-match",
        Piped,
        "{graph-match} <pattern>,... [where <condition:scalar>] [project <column:named>,...]",
        "Finds a pattern of nodes and edges in a graph.",
    ),
    (
        "graph-shortest-paths",
        Piped,
        "{graph-shortest-paths} <pattern> [where <condition:scalar>] [project <column:named>,...]",
        "Finds the shortest paths between nodes of a graph.",
    ),
    ("graph-mark-components", Piped, "{graph-mark-components}", "Marks the nodes that hang together."),
    (
        "graph-to-table",
        Piped,
        "(nodes [as <name>] {graph-to-table nodes} | edges [as <name>] {graph-to-table edges}),...",
        "Makes tables of the nodes and edges of a graph.",
    ),
    ("graph-where-nodes", Piped, "<condition:scalar>", "Keeps the nodes of a graph for which a condition is true."),
    ("graph-where-edges", Piped, "<condition:scalar>", "Keeps the edges of a graph for which a condition is true."),
    (
        "fork",
        Piped,
        "([<name> '='] '(' <subquery> ')')...",
        "Runs several queries over the same rows; each gives a result.",
    ),
    ("facet", Piped, "by <column>,... [with '(' <subquery> ')']", "Gives a table of counts for each of these columns."),
    ("consume", Piped, "{consume}", "Reads all rows and gives none."),
    ("assert-schema", Piped, "'(' (<column:name> ':' <type>),... ')'", "Fails unless the rows have these columns."),
    ("filter", Piped, "<condition:scalar>", "Keeps the rows for which a condition is true; the same as where."),
    ("project-smart", Piped, "", "Leaves it to the service which columns to show."),
    ("print", Leading, "<column:named>,...", "Gives one row of computed values."),
    (
        "range",
        Leading,
        "<column:name> from <start:scalar> to <end:scalar> step <step:scalar>",
        "Gives a table of one column with values at even steps.",
    ),
    (
        "find",
        Both,
        "{find} [in '(' <table>,... ')'] [where] <condition:scalar> [(project <column:columns>,... | project-smart)] [project-away <column:columns>,...]",
        "Finds rows in several tables and says which table each is from.",
    ),
    (
        "datatable",
        Source,
        "'(' (<column:name> ':' <type>),... ')' '[' [<value:literal>,...] ']'",
        "A table that is written out in the query.",
    ),
    (
        "externaldata",
        Source,
        "'(' (<column:name> ':' <type>),... ')' '[' <url:text>,... ']' [with '(' (<property:name> '=' <value:literal>),... ')']",
        "A table that is read from files elsewhere.",
    ),
    (
        "inline_external_table",
        Source,
        "'(' (<column:name> ':' <type>),... ')' kind '=' (storage | delta)",
        "An external table that is defined in the query.",
    ),
    (
        "macro-expand",
        Leading,
        "{macro-expand} <group:scalar> as <name> '(' <statements> ')'",
        "Runs a query for each member of a group of databases and puts the results together.",
    ),
    (
        "let",
        Statement,
        "<name> '=' <value>",
        "Gives a name to a scalar, a table or a function for the rest of the query.",
    ),
    ("set", Statement, "<option> ['=' <value:literal>]", "Sets an option of the query."),
    (
        "declare",
        Statement,
        "(query_parameters '(' (<name> ':' <type> ['=' <value:literal>]),... ')' | pattern <name>)",
        "Says which parameters a client sends with the query.",
    ),
    (
        "alias",
        Statement,
        "database <name> '=' <database:scalar>",
        "Gives a name to a database for the rest of the query.",
    ),
    ("restrict", Statement, "access to '(' <table>,... ')'", "Lets the rest of the query see only these tables."),
];

/// All of them, the most used first.
pub(in crate::kql) fn constructs() -> &'static [Construct] {
    static CONSTRUCTS: OnceLock<Vec<Construct>> = OnceLock::new();
    CONSTRUCTS.get_or_init(|| {
        let read = |(name, position, syntax, doc): &Line| Construct {
            name,
            position: *position,
            syntax: Syntax::parse(syntax),
            doc,
        };
        LINES.iter().map(read).collect()
    })
}

/// The operator or statement of this word, in its present or an older spelling.
pub(in crate::kql) fn construct(word: &str) -> Option<&'static Construct> {
    static BY_NAME: OnceLock<BTreeMap<&'static str, &'static Construct>> = OnceLock::new();
    let by_name = BY_NAME.get_or_init(|| constructs().iter().map(|construct| (construct.name, construct)).collect());
    let canonical = match word {
        "mvexpand" => "mv-expand",
        "mvapply" => "mv-apply",
        "external_data" => "externaldata",
        _ => word,
    };
    by_name.get(canonical).copied()
}

/// What each operator between scalars does, in one sentence.
pub(in crate::kql) const SCALAR_OPERATORS: &[(&str, &str)] = &[
    ("==", "True when both sides are equal; texts also in case."),
    ("!=", "True when the sides differ; texts also in case."),
    ("=~", "True when two texts are equal whatever their case."),
    ("!~", "True when two texts differ in more than case."),
    ("<", "True when the left side is smaller."),
    ("<=", "True when the left side is smaller or equal."),
    (">", "True when the left side is larger."),
    (">=", "True when the left side is larger or equal."),
    ("and", "True when both sides are true."),
    ("or", "True when one of the sides is true."),
    ("has", "True when the text holds the term as a whole word, whatever its case; uses the term index."),
    ("!has", "True when the text does not hold the term as a whole word, whatever its case."),
    ("has_cs", "True when the text holds the term as a whole word, in this case."),
    ("!has_cs", "True when the text does not hold the term as a whole word, in this case."),
    ("has_any", "True when the text holds one of the terms as a whole word, whatever its case."),
    ("has_all", "True when the text holds all of the terms as whole words, whatever their case."),
    ("hasprefix", "True when a word of the text begins so, whatever its case."),
    ("!hasprefix", "True when no word of the text begins so, whatever its case."),
    ("hasprefix_cs", "True when a word of the text begins so, in this case."),
    ("!hasprefix_cs", "True when no word of the text begins so, in this case."),
    ("hassuffix", "True when a word of the text ends so, whatever its case."),
    ("!hassuffix", "True when no word of the text ends so, whatever its case."),
    ("hassuffix_cs", "True when a word of the text ends so, in this case."),
    ("!hassuffix_cs", "True when no word of the text ends so, in this case."),
    ("contains", "True when the text holds this anywhere, whatever its case; reads every row, so prefer `has`."),
    ("!contains", "True when the text holds this nowhere, whatever its case."),
    ("contains_cs", "True when the text holds this anywhere, in this case."),
    ("!contains_cs", "True when the text holds this nowhere, in this case."),
    ("startswith", "True when the text begins so, whatever its case."),
    ("!startswith", "True when the text does not begin so, whatever its case."),
    ("startswith_cs", "True when the text begins so, in this case."),
    ("!startswith_cs", "True when the text does not begin so, in this case."),
    ("endswith", "True when the text ends so, whatever its case."),
    ("!endswith", "True when the text does not end so, whatever its case."),
    ("endswith_cs", "True when the text ends so, in this case."),
    ("!endswith_cs", "True when the text does not end so, in this case."),
    ("matches regex", "True when a part of the text matches a regular expression of RE2."),
    ("in", "True when the value is one of the list or of the table's first column; texts in this case."),
    ("!in", "True when the value is none of the list; texts in this case."),
    ("in~", "True when the text is one of the list, whatever its case."),
    ("!in~", "True when the text is none of the list, whatever its case."),
    ("between", "True when the value lies between two others, both included."),
    ("!between", "True when the value does not lie between two others."),
    ("+", "Adds numbers, timespans, or a timespan to a datetime."),
    ("-", "Subtracts; two datetimes give a timespan."),
    ("*", "Multiplies."),
    ("/", "Divides; whole numbers give a whole number."),
    ("%", "Gives what is left of a division."),
];

/// The sentence of an operator between scalars.
pub(in crate::kql) fn scalar_operator(word: &str) -> Option<&'static str> {
    SCALAR_OPERATORS.iter().find(|(name, _)| *name == word).map(|(_, doc)| *doc)
}

/// What `render` draws, with a sentence each.
pub(in crate::kql) const CHARTS: &[(&str, &str)] = &[
    ("timechart", "A line over time for each number column."),
    ("table", "The rows as a table."),
    ("barchart", "Horizontal bars, one a row."),
    ("columnchart", "Vertical bars, one a row."),
    ("piechart", "A slice a row."),
    ("linechart", "A line over the first column."),
    ("areachart", "Areas below lines over the first column."),
    ("stackedareachart", "Areas upon one another."),
    ("scatterchart", "A dot a row."),
    ("anomalychart", "A line over time with its anomalies marked."),
    ("card", "The values of the first row, large."),
    ("ladderchart", "Bars from one point of time to another."),
    ("list", "The values of the first column, one below the other."),
    ("pivotchart", "A pivot table with a chart."),
    ("plotly", "A figure that the query itself describes."),
    ("timeline", "Events along time."),
    ("timepivot", "Events along time, grouped by columns."),
    ("treemap", "Nested rectangles whose area is a number."),
];
