//! `BoundQuery`: the only thing of the language that the engine sees.
//!
//! Names are gone: a column is its index in the input of the operator that reads it. Types are exact: where Kusto
//! converts silently the binder has put a [`ScalarKind::Convert`], so an engine that meets operands of unequal type
//! has found a fault in the binder. Sugar is gone too: `extend`, `project-away`, `project-rename`, `project-keep` and
//! `project-reorder` are all [`Operator::Project`]; `x !has y` is `not(x has y)`, which agrees with Kusto's null
//! rules because the positive operators are the total ones (see `kql-semantics` §4.1: one null operand makes the
//! positive form false and its negation true, two nulls make both null); `getschema` is a [`Operator::Datatable`];
//! `now()` and `ago()` are literals of the one instant that the query runs at.

mod external;
mod graph;
mod parts;
mod plugin;

use std::sync::Arc;

use super::diagnostic::Span;
use super::scalar::{ScalarType, Value};
use super::symbol::ColumnSymbol;
use super::text_pattern::TextPattern;

pub(in crate::kql) use external::bare_place;
pub use external::{ExternalData, ExternalFile, ExternalFormat};
pub use graph::{Cycles, Direction, GraphColumn, GraphMatch, PathFold, PatternEdge};
pub use plugin::{Activity, IpLookup, Plugin};

/// A query that can be run: a tabular result, and perhaps further ones.
#[derive(Debug, Clone, PartialEq)]
pub struct BoundQuery {
    pub result: Relation,
    /// What further statements give, and the further branches of `fork` and `facet`, in their order.
    pub more: Vec<MoreResult>,
    pub render: Option<Render>,
    pub limits: Limits,
}

impl BoundQuery {
    /// All results, the first one first.
    pub fn results(&self) -> impl Iterator<Item = &Relation> {
        std::iter::once(&self.result).chain(self.more.iter().map(|it| &it.result))
    }
}

/// A result behind the first one.
#[derive(Debug, Clone, PartialEq)]
pub struct MoreResult {
    /// As `fork` writes it.
    pub name: Option<String>,
    pub result: Relation,
}

/// What `set` asks of the size of the result. A result that is larger is cut, and that is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// `truncationmaxrecords`
    pub rows: Option<u64>,
    /// `truncationmaxsize`, in bytes
    pub bytes: Option<u64>,
}

/// A tabular expression: what is done, and the columns that come out.
#[derive(Debug, Clone, PartialEq)]
pub struct Relation {
    pub operator: Operator,
    pub columns: Arc<[ColumnSymbol]>,
    /// Where the operator stands in the query text, for errors met while running.
    pub span: Span,
}

impl Relation {
    pub fn new(operator: Operator, columns: impl Into<Arc<[ColumnSymbol]>>, span: Span) -> Self {
        Self { operator, columns: columns.into(), span }
    }
}

/// A tabular operator. Where it has one input, that input is the first field.
#[derive(Debug, Clone, PartialEq)]
pub enum Operator {
    /// All columns of a table of the connection, in schema order.
    Table {
        name: String,
    },
    /// One row.
    Print {
        values: Vec<Scalar>,
    },
    /// One column of numbers, datetimes or timespans, `from` and `to` inclusive; all three of the column's type
    /// (`step` is a timespan when the column is a datetime). They may hold `toscalar`, never columns.
    Range {
        from: Scalar,
        to: Scalar,
        step: Scalar,
    },
    /// Rows of literals, already of their column's type.
    Datatable {
        rows: Vec<Vec<Value>>,
    },
    /// Rows out of files that are no tables: read once, before anything else of the query.
    ExternalData(ExternalData),
    Where {
        input: Box<Relation>,
        predicate: Scalar,
    },
    /// One expression for each output column.
    Project {
        input: Box<Relation>,
        values: Vec<Scalar>,
    },
    /// Output: the keys, then the outputs of each aggregate. Without keys there is exactly one row.
    Summarize {
        input: Box<Relation>,
        keys: Vec<Scalar>,
        aggregates: Vec<AggregateCall>,
    },
    /// Distinct rows over all columns.
    Distinct {
        input: Box<Relation>,
    },
    Sort {
        input: Box<Relation>,
        keys: Vec<SortKey>,
    },
    /// `count` ≤ 0 is no rows.
    Top {
        input: Box<Relation>,
        count: i64,
        keys: Vec<SortKey>,
    },
    Take {
        input: Box<Relation>,
        count: i64,
    },
    Count {
        input: Box<Relation>,
    },
    /// Output columns: left then right, or the left ones alone for the semi and anti kinds.
    Join {
        left: Box<Relation>,
        right: Box<Relation>,
        kind: JoinKind,
        on: Vec<(usize, usize)>,
    },
    Union {
        inputs: Vec<UnionInput>,
    },
    /// A row for each element of an array and each member of a bag. The items are dynamic columns of the input; they are
    /// walked side by side, the shorter ones padded with null. Output columns: those of the input, an item as its element
    /// in the column's type, then the index of the element where `has_index`.
    MvExpand {
        input: Box<Relation>,
        items: Vec<usize>,
        bags: BagExpansion,
        has_index: bool,
        /// Rows for each row of the input at most.
        limit: Option<i64>,
    },
    /// Columns out of a text, which is a string: `parse` and `parse-kv`. Output columns: those of the input, then those
    /// of the pattern.
    Extract {
        input: Box<Relation>,
        text: Scalar,
        pattern: TextPattern,
    },
    /// The rows of the group at hand, inside `mv-apply` and `partition`. The binder puts the rows of all groups in its
    /// place, so that an engine never sees it.
    Group {
        group: usize,
    },
    /// The input's columns, then a number that no other row has and that grows from row to row. Each row is a group.
    RowId {
        input: Box<Relation>,
        group: usize,
    },
    /// The rows as they are, each a member of the group of its keys. More groups than `limit` are an error, and so is a
    /// null key then.
    Groups {
        input: Box<Relation>,
        keys: Vec<usize>,
        group: usize,
        limit: Option<u64>,
    },
    /// The rows as they are, of which each group has one. A group that has none is an error: whether Kusto gives a row
    /// for it is not known.
    EveryGroup {
        input: Box<Relation>,
        group: usize,
    },
    /// The input is an operator over rows in order, `Window` or `Scan`, which begins anew where these of its columns
    /// change.
    EachGroup {
        input: Box<Relation>,
        keys: Vec<usize>,
    },
    /// The first rows of those that are equal in these columns.
    TakeEach {
        input: Box<Relation>,
        keys: Vec<usize>,
        count: i64,
    },
    /// `materialize(…)` and its like: relations of equal `id` are one relation, computed once per query.
    Materialize {
        id: usize,
        input: Arc<Relation>,
    },
    /// The rows in the order they have, which counts from here on, with a column for each call of a window function.
    Window {
        input: Box<Relation>,
        calls: Vec<WindowCall>,
    },
    /// Output: the keys, an array for each value, and the array of the axis. The input has the keys, the bin on the
    /// axis, and the values; one row for each combination of keys and bin.
    MakeSeries {
        input: Box<Relation>,
        series: Box<Series>,
    },
    /// Output: the input's columns, the declared ones, and the number of the match where it is wanted.
    Scan {
        input: Box<Relation>,
        scan: Box<Scan>,
    },
    /// `evaluate`, where no other operator says the same.
    Plugin {
        inputs: Vec<Relation>,
        plugin: Plugin,
    },
    /// An operator of which only the columns are known: no engine of ours evaluates it, and the binder has refused it
    /// by this name where one would have had to.
    Opaque {
        construct: &'static str,
        inputs: Vec<Relation>,
    },
}

/// What a member of a bag becomes in `mv-expand`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BagExpansion {
    /// `{"key":value}`
    Bag,
    /// `["key",value]`
    Array,
}

/// One branch of a union.
#[derive(Debug, Clone, PartialEq)]
pub struct UnionInput {
    pub relation: Relation,
    /// For each output column the branch's column, or `None` where it has none: null, or `''` for a string.
    pub columns: Vec<Option<usize>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinKind {
    /// The default: the left side is first reduced to one row for each key.
    InnerUnique,
    Inner,
    LeftOuter,
    RightOuter,
    FullOuter,
    LeftSemi,
    LeftAnti,
    RightSemi,
    RightAnti,
}

#[derive(Debug, Clone, PartialEq)]
pub struct SortKey {
    pub value: Scalar,
    pub descending: bool,
    pub nulls_first: bool,
}

/// A scalar expression over the columns of one relation.
#[derive(Debug, Clone, PartialEq)]
pub struct Scalar {
    pub kind: ScalarKind,
    pub ty: ScalarType,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ScalarKind {
    Literal(Value),
    /// Index into the input's columns.
    Column(usize),
    /// A column that the input may have once the query runs, by name. Only analysis has it; see [`ScalarType::Unknown`].
    Open(String),
    /// A parameter of a function that is bound by itself, before any call has given it a value. It is the same in every
    /// row. Only analysis has it.
    Parameter(String),
    Operator(ScalarOperator, Vec<Scalar>),
    /// A function of the catalogue by its canonical name: `iif` is `iff`, `todouble` is `toreal`, and so on.
    Call(&'static str, Vec<Scalar>),
    /// The operand as this scalar's type, by the rules of `tolong()` and its like.
    Convert(Box<Scalar>),
    /// `d.a[0]['b']`: missing members are null, and so is navigation on anything that is not a bag or an array.
    Path {
        base: Box<Scalar>,
        steps: Vec<PathStep>,
    },
    /// The first column of the first row, computed once before anything else; null, or `''`, when there is no row.
    ToScalar(Box<Relation>),
    /// Membership in the first column of a relation.
    InRelation {
        needle: Box<Scalar>,
        relation: Box<Relation>,
        ignore_case: bool,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub enum PathStep {
    Key(String),
    /// Negative counts from the end.
    Index(i64),
    /// A string is a key, a number an index.
    Computed(Scalar),
}

/// Operators that are written between, before or around operands. Negated spellings are `Not` over the positive one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScalarOperator {
    /// Numbers of one type, timespans, or datetime and timespan.
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Negate,
    /// Operands of one type; two nulls give null, one null gives false.
    Equal,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    And,
    Or,
    Not,
    /// `=~`
    EqualIgnoreCase,
    Has,
    HasCs,
    HasPrefix,
    HasPrefixCs,
    HasSuffix,
    HasSuffixCs,
    Contains,
    ContainsCs,
    StartsWith,
    StartsWithCs,
    EndsWith,
    EndsWithCs,
    /// The second operand is a string literal that the binder has compiled once.
    MatchesRegex,
    /// Operand, then the list; a dynamic array in the list stands for its elements.
    In,
    InIgnoreCase,
    HasAny,
    HasAll,
    /// Value, low, high; all of one type, both ends included.
    Between,
}

/// One aggregate of `summarize`.
#[derive(Debug, Clone, PartialEq)]
pub struct AggregateCall {
    /// Canonical name in the catalogue.
    pub function: &'static str,
    /// Over the input's columns. `arg_max`: what is maximised, then what is returned beside it.
    pub args: Vec<Scalar>,
    /// One type, except for `arg_max`, `arg_min`, `take_any` and `percentiles`, which give several columns.
    pub outputs: Vec<ScalarType>,
    pub span: Span,
}

/// A function over rows in their order, such as `prev(x)`.
#[derive(Debug, Clone, PartialEq)]
pub struct WindowCall {
    /// Canonical name in the catalogue.
    pub function: &'static str,
    /// Over the input's columns, and after them the results of the calls before this one. `prev` and `next`: the
    /// value, how many rows away, and what stands where there is no such row, of the value's type. All others: what
    /// restarts them is the last one, and always there.
    pub args: Vec<Scalar>,
    pub ty: ScalarType,
    pub span: Span,
}

/// The axis of `make-series`, and what stands where there is nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    pub keys: usize,
    /// Where every series begins, of the bin's type; where it is missing, each begins with its first bin.
    pub from: Option<Scalar>,
    /// Before which every series ends; where it is missing, each ends with its last bin.
    pub to: Option<Scalar>,
    pub step: Scalar,
    /// For each value a constant of its type, or a null.
    pub defaults: Vec<Scalar>,
    /// One series also of no rows.
    pub is_never_empty: bool,
}

/// The steps of `scan`. Their expressions see the input's columns and the declared ones, which hold their defaults; and
/// behind these, for each step in turn, as many columns again: what the state holds of that step, or where it holds
/// nothing, nulls and the defaults.
#[derive(Debug, Clone, PartialEq)]
pub struct Scan {
    /// Defaults of the declared columns.
    pub declared: Vec<Scalar>,
    pub steps: Vec<ScanStep>,
    pub with_match_id: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ScanStep {
    pub condition: Scalar,
    /// Declared column, by its place among them, and what it becomes.
    pub assignments: Vec<(usize, Scalar)>,
    /// The rows that match come out.
    pub is_output: bool,
}

/// `render`: never changes the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Render {
    pub chart: String,
    /// `with (title=…)` as written, in order.
    pub properties: Vec<(String, String)>,
}
