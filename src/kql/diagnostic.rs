//! What is wrong with a query, and where.

use std::ops::Range;

/// Byte range in the analysed text.
pub type Span = Range<usize>;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The query cannot run anywhere.
    Error,
    /// As far as we know the query is good KQL, but Tallyho's own engine does not run it. A service may.
    Refusal,
    Warning,
    Information,
}

/// One finding. Findings are in text order and at most one stands at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// One of [`CODES`], or a lint's.
    pub code: &'static str,
    pub severity: Severity,
    pub span: Span,
    /// One sentence without a final full stop, naming the construct.
    pub message: String,
    /// What to do about it, for example `Did you mean FileName?`.
    pub hint: Option<String>,
}

/// Characters of a message. It quotes names, and a name can be as long as a query.
const MAX_MESSAGE: usize = 1_000;

impl Diagnostic {
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { code, severity: Severity::Error, span, message: clipped(message.into()), hint: None }
    }

    /// `tallyho does not run 'scan' yet`: the one wording of every refusal.
    pub fn refusal(construct: &str, span: Span) -> Self {
        Self {
            code: "TLY0001",
            severity: Severity::Refusal,
            span,
            message: clipped(format!("tallyho does not run '{construct}' yet")),
            hint: None,
        }
    }

    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

fn clipped(mut message: String) -> String {
    if let Some((end, _)) = message.char_indices().nth(MAX_MESSAGE) {
        message.truncate(end);
        message.push('…');
    }
    message
}

/// Every code that a finding may have, and what it means. Codes that begin with KS are those of the official language
/// library, for texts that are only looked at or that a service runs; with SEM and SYN those of the running service,
/// by whose rules our own engine judges; with TLY our own. Lints have codes that begin with T and a list of their own.
pub const CODES: &[(&str, &str)] = &[
    ("KS001", "nothing is written"),
    ("KS002", "a character that means nothing here"),
    ("KS003", "a token that breaks off or is malformed"),
    ("KS004", "a literal whose text is malformed"),
    ("KS005", "other words or signs are expected here"),
    ("KS006", "something is missing here: a name, a value, an expression, a clause"),
    ("KS100", "a pattern of parse begins with a column or '*'"),
    ("KS101", "in a pattern of parse a column follows a text"),
    ("KS102", "in a pattern of parse a text follows '*'"),
    ("KS103", "'*' behind a text column of a pattern has no end"),
    ("KS104", "a part that a pattern cannot have"),
    ("KS105", "a plain name is expected"),
    ("KS106", "an operator is not defined between these types"),
    ("KS107", "a value of another type is expected"),
    ("KS108", "a single value is expected"),
    ("KS109", "a column is expected"),
    ("KS110", "new name = old name is expected"),
    ("KS111", "a table is expected"),
    ("KS112", "a table or a single value is expected"),
    ("KS113", "a table of one column is expected"),
    ("KS114", "a database is expected"),
    ("KS115", "a cluster is expected"),
    ("KS116", "a value of this type cannot stand here"),
    ("KS117", "a function is named without its arguments"),
    ("KS118", "another number of arguments is expected"),
    ("KS119", "a function takes another number of arguments"),
    ("KS120", "a function takes fewer or more arguments"),
    ("KS121", "the arguments do not come in the groups that a function takes"),
    ("KS122", "there is no such scalar function"),
    ("KS123", "there is no such aggregate"),
    ("KS124", "there is no such plugin"),
    ("KS125", "a plugin is switched off"),
    ("KS126", "a plugin stands only behind evaluate"),
    ("KS127", "no way to call a function takes these types"),
    ("KS128", "a name is no function"),
    ("KS129", "a constant is expected"),
    ("KS130", "a constant or a name is expected"),
    ("KS131", "a literal is expected"),
    ("KS132", "a literal value is expected"),
    ("KS133", "a text must not be empty"),
    ("KS134", "a whole number is expected"),
    ("KS135", "a real or a decimal is expected"),
    ("KS136", "a whole number or an array is expected"),
    ("KS137", "a number is expected"),
    ("KS138", "a number, timespan or datetime is expected"),
    ("KS139", "several values cannot have one name"),
    ("KS140", "a value outside those that are possible"),
    ("KS141", "an expression of another type is expected"),
    ("KS142", "a name that means nothing here"),
    ("KS143", "there is no such function"),
    ("KS144", "an aggregate stands where there is nothing to aggregate"),
    ("KS145", "a column of join exists on one side only"),
    ("KS146", "a name means more than one thing"),
    ("KS147", "a value that has no elements"),
    ("KS148", "an expression that has no name"),
    ("KS149", "several names for one value"),
    ("KS150", "a name without a value"),
    ("KS160", "there is no such type"),
    ("KS170", "a column is not declared as name:type"),
    ("KS171", "two columns are given one name"),
    ("KS172", "a type is not written as one"),
    ("KS173", "the values do not fill the rows"),
    ("KS174", "an operator needs a table before it"),
    ("KS175", "an operator cannot follow another"),
    ("KS176", "there is no such operator"),
    ("KS177", "an operator cannot stand here"),
    ("KS178", "a step that cannot be added to a range"),
    ("KS179", "an operator has no parameter of this name"),
    ("KS180", "a parameter is given twice"),
    ("KS181", "a name is no table"),
    ("KS182", "a condition that join cannot have"),
    ("KS183", "a side of a condition that join cannot have"),
    ("KS184", "an expression means more than one column"),
    ("KS185", "a pattern has other parameters"),
    ("KS186", "a pattern has no path"),
    ("KS187", "a path is expected"),
    ("KS188", "no pattern is matched by these values"),
    ("KS189", "a default is expected"),
    ("KS190", "a table has no columns"),
    ("KS191", "'*' cannot be an argument here"),
    ("KS192", "'*' must be the last argument"),
    ("KS193", "arguments cannot be given by name here"),
    ("KS194", "an argument cannot have several names"),
    ("KS195", "an argument without a name follows those given by name out of order"),
    ("KS196", "there is no parameter of this name"),
    ("KS197", "an argument is missing"),
    ("KS198", "the text goes on where it should end"),
    ("KS199", "there are no columns here"),
    ("KS200", "a mistake in the body of a function that is called"),
    ("KS201", "a name is given twice"),
    ("KS202", "the name of a view must be a literal text"),
    ("KS203", "an analyser failed"),
    ("KS204", "there is no such table"),
    ("KS205", "something does not exist, and isfuzzy lets that pass"),
    ("KS206", "a value that has an order is expected"),
    ("KS207", "a cluster that nothing is known of"),
    ("KS208", "there is no such database"),
    ("KS209", "there is no such external table"),
    ("KS210", "there is no such view"),
    ("KS211", "there is no such function"),
    ("KS213", "client parameters cannot be used here"),
    ("KS214", "a guid must be written guid(…)"),
    ("KS215", "a decimal cannot stand in a dynamic"),
    ("KS216", "a cluster, database or table is expected"),
    ("KS217", "a pattern of graph-match is missing"),
    ("KS218", "a graph is expected"),
    ("KS219", "an operator works on graphs only"),
    ("KS220", "a declaration of a column is expected"),
    ("KS221", "a literal whole number is expected"),
    ("KS222", "a literal text is expected"),
    ("KS223", "a literal bool is expected"),
    ("KS224", "a literal number, timespan or datetime is expected"),
    ("KS225", "a literal number is expected"),
    ("KS226", "a literal value is expected, or tabular parameters do not come first"),
    ("KS227", "columns of join differ in type"),
    ("KS228", "a name must stand in brackets"),
    ("KS229", "nodes or edges are expected"),
    ("KS230", "a graph gives another number of tables"),
    ("KS231", "a table or a graph is expected"),
    ("KS232", "values have no type in common"),
    ("KS233", "a text or an array is expected"),
    ("KS234", "a dynamic array is expected"),
    ("KS235", "a dynamic bag is expected"),
    ("KS236", "a column stands where only aggregates can"),
    ("KS237", "a name cannot stand behind evaluate"),
    ("KS238", "a node or an edge of a pattern is missing"),
    ("KS239", "a pattern of a graph is malformed"),
    ("KS240", "the name of a node cannot be dynamic"),
    ("KS241", "a key of join cannot be dynamic"),
    ("KS242", "keys of join cannot be compared"),
    ("KS243", "the name of a node's column is empty"),
    ("KS244", "the query is too long"),
    ("KS245", "the query nests too deep"),
    ("KS246", "the analysis failed"),
    ("KS247", "there is no such entity group"),
    ("KS248", "there is no such stored result"),
    ("KS249", "a table lacks columns that are required"),
    ("KS250", "there is no such directive"),
    ("KS251", "a table is expected by name"),
    ("KS252", "a column to partition by is not declared"),
    ("KS253", "the format of the data is missing"),
    ("KS254", "the kind of an external table is missing"),
    ("KS255", "the format of a path is missing"),
    ("KS256", "the address of the data is missing"),
    ("KS257", "a part that the format of a path cannot have"),
    ("KS258", "a column to partition by has the wrong type"),
    ("KS259", "a column to partition by is computed wrongly"),
    ("KS260", "there is no such graph"),
    ("KS261", "there is no such snapshot of a graph"),
    ("KS262", "the latest snapshot of a graph is not known"),
    ("KS263", "a graph without snapshots is not known"),
    ("KS264", "a column to partition by is not part of the path"),
    ("KS265", "a column to partition by is used in two ways"),
    ("KS266", "a virtual column has the wrong type"),
    ("KS267", "the format of the data has another kind"),
    ("KS268", "a name with '*' cannot stand here"),
    ("KS269", "delta data has a format of its own"),
    ("KS270", "delta data is not partitioned here"),
    ("KS271", "delta data has no format of a path"),
    ("KS272", "delta data has one address"),
    ("KS273", "several tables of a graph need names"),
    ("KS300", "a command is missing"),
    ("SEM0001", "dynamic values, or a dynamic among texts, cannot be compared so"),
    ("SEM0019", "a name has no value behind it"),
    ("SEM0020", "a value that an option cannot have"),
    ("SEM0025", "values of a list are of another type than what is looked for"),
    ("SEM0034", "two columns are given one name"),
    ("SEM0040", "a constant is expected"),
    ("SEM0064", "a comparison is not defined between these types"),
    ("SEM0079", "a parameter is declared twice"),
    ("SEM0100", "a name that means nothing here"),
    ("SEM0104", "a graph is no rows"),
    ("SEM0201", "a number is expected"),
    ("SEM0207", "a literal is expected"),
    ("SEM0208", "between is not defined for these types"),
    ("SEM0213", "a regular expression has no groups, or too many"),
    ("SEM0217", "a format is empty"),
    ("SEM0219", "a function takes another number of arguments"),
    ("SEM0223", "a function takes fewer or more arguments"),
    ("SEM0232", "between begins with a timespan and goes on otherwise"),
    ("SEM0234", "between ends with a timespan and began otherwise"),
    ("SEM0237", "an aggregate is missing, or cannot stand here"),
    ("SEM0254", "a value of another type is expected"),
    ("SEM0255", "a value outside those that are possible"),
    ("SEM0260", "there is no such function"),
    ("SEM0420", "a regular expression is malformed"),
    ("SEM0447", "only a dynamic value can be expanded"),
    ("SEM0456", "edges of this graph have no direction to ask for"),
    ("SEM0472", "flags belong to regular expressions"),
    ("SEM0473", "a flag that is none"),
    ("SEM0476", "a pattern to parse with is malformed"),
    ("SEM0477", "parse-where is not relaxed"),
    ("SEM0480", "a dynamic value cannot be a key"),
    ("SEM0525", "values have no type in common"),
    ("SEM0709", "a text is expected"),
    ("SEM1011", "parts of a graph pattern hang apart"),
    ("SEM1013", "a path has an impossible number of edges"),
    ("SEM1019", "the ends of an edge have different types"),
    ("SEM1079", "nodes and the ends of edges have different types"),
    ("SYN0002", "other words or signs are expected here"),
    ("TLY0001", "our own engine does not run this; a service may"),
    ("TLY0010", "the query nests deeper than is allowed"),
    ("TLY0011", "the query grows larger than is allowed once names are put in place"),
    ("TLY0012", "a management command, which is not run: Tallyho only reads"),
    ("TLY0013", "the text has no query"),
    ("TLY0015", "files do not say when a row was ingested"),
    ("TLY0016", "a parameter of the query has no value"),
    ("TLY0017", "a value for a parameter is none of its type"),
    ("TLY0018", "an option has no effect here"),
    ("TLY0019", "isfuzzy leaves out a table that does not exist"),
    ("TLY0020", "a window function over rows without an order"),
    ("TLY0021", "FileProfile looks up every row here; the service looks up so many at most"),
    ("TLY0100", "arithmetic is not defined between these types"),
];

/// What a code of [`CODES`] means.
pub fn code_meaning(code: &str) -> Option<&'static str> {
    CODES.iter().find(|(known, _)| *known == code).map(|(_, meaning)| *meaning)
}
