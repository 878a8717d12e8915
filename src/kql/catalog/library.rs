//! What the official language library accepts: every function, aggregate and operator with the signatures by which it
//! judges a query, which differ here and there from what a running engine takes. They count wherever a query is only
//! looked at or a service runs it; facts and order are those of `library.txt`, one line each.
//!
//! A signature is written `(value: number, [origin: datetime|timespan]) -> widest`. Before the type of a parameter may
//! stand how it must be written (`const`, `literal`, `nonempty`, `column`, `star`, `star-only`, `element`), behind it
//! the values it may have (`@countof`), and how often it may be repeated (`{2..64}`); `block` before the parenthesis
//! lets neighbours repeat together, `sorted` is the way of `array_sort_asc`.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::Naming;
use super::ty::Ty;

const TEXT: &str = include_str!("library.txt");

/// A function, an aggregate or an operator.
#[derive(Debug)]
pub(in crate::kql) struct LibraryFunction {
    pub(in crate::kql) name: &'static str,
    pub(in crate::kql) naming: Naming,
    /// Constant where all arguments are.
    pub(in crate::kql) folds: bool,
    /// Exists only where a graph is matched.
    pub(in crate::kql) of_graph: bool,
    pub(in crate::kql) signatures: Vec<LibrarySignature>,
}

#[derive(Debug)]
pub(in crate::kql) struct LibrarySignature {
    pub(in crate::kql) parameters: Vec<LibraryParameter>,
    pub(in crate::kql) gives: Gives,
    pub(in crate::kql) layout: Layout,
}

/// Which parameter an argument belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::kql) enum Layout {
    /// In order; what may repeat does so as long as it fits better than what follows.
    InOrder,
    /// Neighbours that repeat do so together.
    Block,
    /// Arrays as long as there are arrays, then the rest.
    Sorted,
}

#[derive(Debug)]
pub(in crate::kql) struct LibraryParameter {
    pub(in crate::kql) name: &'static str,
    pub(in crate::kql) accepts: Accepts,
    pub(in crate::kql) form: Form,
    pub(in crate::kql) values: Option<&'static Values>,
    pub(in crate::kql) fewest: usize,
    pub(in crate::kql) most: usize,
}

/// The values that a literal may have.
#[derive(Debug)]
pub(in crate::kql) struct Values {
    pub(in crate::kql) values: Vec<&'static str>,
    pub(in crate::kql) exact_case: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::kql) enum Accepts {
    /// One of these types.
    Types(Vec<Ty>),
    Scalar,
    Number,
    NumberOrBool,
    Integer,
    IntegerOrArray,
    Text,
    TextOrArray,
    Array,
    Bag,
    NonDynamic,
    NonBool,
    /// Neither real nor bool.
    Countable,
    Summable,
    Orderable,
    /// The type that all such arguments have in common.
    Common,
    CommonOrderable,
    /// As common, and dynamic mixes with everything.
    CommonOrDynamic,
    /// The type of the first or second argument.
    As(usize),
    Anything,
    Table,
}

/// How an argument must be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::kql) enum Form {
    Expression,
    Constant,
    Literal,
    /// A literal text that is not empty.
    NonEmpty,
    Column,
    /// An expression or `*`.
    Star,
    StarOnly,
    /// Over the elements of the first argument.
    Element,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::kql) enum Gives {
    Type(Ty),
    /// The type of the argument of the first, second parameter, and so on.
    Argument(usize),
    /// An array of the argument's type.
    ArrayOf(usize),
    /// What `typeof(…)` says at the parameter; counted from the end where it is the last one's.
    TypeLiteral(Option<usize>),
    Promoted,
    Common,
    /// The common type of those that are not dynamic.
    CommonNonDynamic,
    /// The common type of all, and an array when there is none.
    CommonOrArray,
    /// The common type of all when that is an array.
    CommonArray,
    /// An array of the common type of all.
    ArrayOfCommon,
    Widest,
    /// The type behind a sign, where int is made long unless it is constant.
    Signed,
    /// Several columns, named after the function and the first argument.
    Columns(Vec<(&'static str, Ty)>),
    /// One column for each array.
    Sorted,
    /// Several columns that the aggregate itself decides.
    OfAggregate,
    Table,
    Cluster,
    Database,
}

/// The three tables of `library.txt`.
struct Library {
    functions: HashMap<&'static str, LibraryFunction>,
    aggregates: HashMap<&'static str, LibraryFunction>,
    operators: HashMap<&'static str, LibraryFunction>,
}

/// The scalar or tabular function of this name.
pub(in crate::kql) fn library_function(name: &str) -> Option<&'static LibraryFunction> {
    library().functions.get(name)
}

pub(in crate::kql) fn library_aggregate(name: &str) -> Option<&'static LibraryFunction> {
    library().aggregates.get(name)
}

/// The operator of this sign; signs that judge alike share one (`<` speaks for `>=`).
pub(in crate::kql) fn library_operator(sign: &str) -> Option<&'static LibraryFunction> {
    library().operators.get(sign)
}

fn library() -> &'static Library {
    static LIBRARY: OnceLock<Library> = OnceLock::new();
    LIBRARY.get_or_init(|| Library {
        functions: section("# functions"),
        aggregates: section("# aggregates"),
        operators: section("# operators"),
    })
}

/// The lines between a heading and the next one.
fn lines(heading: &str) -> impl Iterator<Item = &'static str> {
    let rest = TEXT.split_once(heading).map_or("", |(_, rest)| rest);
    rest.lines().skip(1).take_while(|line| !line.starts_with("# "))
}

fn section(heading: &str) -> HashMap<&'static str, LibraryFunction> {
    lines(heading).filter_map(parse_line).map(|function| (function.name, function)).collect()
}

fn values() -> &'static HashMap<&'static str, Values> {
    static VALUES: OnceLock<HashMap<&'static str, Values>> = OnceLock::new();
    VALUES.get_or_init(|| {
        let pair = |line: &'static str| {
            let (name, values) = line.strip_prefix('@')?.split_once('\t')?;
            let exact_case = name.ends_with('!');
            Some((name.trim_end_matches('!'), Values { values: values.split(' ').collect(), exact_case }))
        };
        lines("# values").filter_map(pair).collect()
    })
}

pub(super) fn parse_line(line: &'static str) -> Option<LibraryFunction> {
    let mut fields = line.split('\t');
    let (name, naming, marks, signatures) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    let signatures: Option<Vec<LibrarySignature>> = signatures.split("; ").map(LibrarySignature::parse).collect();
    let is_marked = |mark| marks.split(' ').any(|it| it == mark);
    Some(LibraryFunction {
        name,
        naming: parse_naming(naming)?,
        folds: is_marked("folds"),
        of_graph: is_marked("graph"),
        signatures: signatures?,
    })
}

fn parse_naming(text: &'static str) -> Option<Naming> {
    if let Some((word, inner)) = text.strip_suffix(')').and_then(|text| text.split_once('(')) {
        return match word {
            "prefix" => Some(Naming::Prefix(inner)),
            "only" => Some(Naming::Only(inner)),
            _ => None,
        };
    }
    match text {
        "none" => Some(Naming::None),
        "first" => Some(Naming::First),
        "only-argument" => Some(Naming::OnlyArgument),
        "column-name" => Some(Naming::ColumnName),
        _ => None,
    }
}

impl LibrarySignature {
    fn parse(text: &'static str) -> Option<Self> {
        let (text, layout) = match (text.strip_prefix("block "), text.strip_prefix("sorted ")) {
            (Some(rest), _) => (rest, Layout::Block),
            (_, Some(rest)) => (rest, Layout::Sorted),
            _ => (text, Layout::InOrder),
        };
        let (parameters, gives) = text.split_once(") -> ")?;
        let parameters = parameters.strip_prefix('(')?.split(", ").filter(|part| !part.is_empty());
        let parameters: Option<Vec<LibraryParameter>> = parameters.map(LibraryParameter::parse).collect();
        Some(Self { parameters: parameters?, gives: Gives::parse(gives)?, layout })
    }

    /// Fewest and most arguments.
    pub(in crate::kql) fn arity(&self) -> (usize, usize) {
        let sum = |count: fn(&LibraryParameter) -> usize| self.parameters.iter().map(count).sum();
        (sum(|parameter| parameter.fewest), sum(|parameter| parameter.most))
    }

    pub(in crate::kql) fn repeats(&self) -> bool {
        self.parameters.iter().any(|parameter| parameter.most > 1)
    }

    /// True when a call may have so many arguments.
    pub(in crate::kql) fn takes(&self, count: usize) -> bool {
        let (fewest, most) = self.arity();
        if !(fewest..=most).contains(&count) {
            return false;
        }
        let repeating = self.parameters.iter().filter(|parameter| parameter.most > 1).count();
        self.layout != Layout::Block || (count - (self.parameters.len() - repeating)).is_multiple_of(repeating.max(1))
    }
}

impl LibraryParameter {
    fn parse(text: &'static str) -> Option<Self> {
        let (text, optional) = match text.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')) {
            Some(inner) => (inner, true),
            None => (text, false),
        };
        let (text, fewest, most) = match text.split_once(" {") {
            Some((rest, range)) => {
                let (fewest, most) = range.strip_suffix('}')?.split_once("..")?;
                let most = if most.is_empty() { 32_767 } else { most.parse().ok()? };
                (rest, fewest.parse().ok()?, most)
            }
            None => (text, usize::from(!optional), 1),
        };
        let (name, mut class) = text.split_once(": ")?;
        let mut form = Form::Expression;
        if let Some((word, rest)) = class.split_once(' ') {
            form = Form::parse(word)?;
            class = rest;
        }
        let (class, values) = match class.split_once('@') {
            Some((class, list)) => (class, Some(values().get(list)?)),
            None => (class, None),
        };
        Some(Self { name, accepts: Accepts::parse(class)?, form, values, fewest, most })
    }
}

impl Form {
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "const" => Self::Constant,
            "literal" => Self::Literal,
            "nonempty" => Self::NonEmpty,
            "column" => Self::Column,
            "star" => Self::Star,
            "star-only" => Self::StarOnly,
            "element" => Self::Element,
            _ => return None,
        })
    }
}

impl Accepts {
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "scalar" => Self::Scalar,
            "number" => Self::Number,
            "number-or-bool" => Self::NumberOrBool,
            "integer" => Self::Integer,
            "integer-or-array" => Self::IntegerOrArray,
            "text" => Self::Text,
            "text-or-array" => Self::TextOrArray,
            "array" => Self::Array,
            "bag" => Self::Bag,
            "nondynamic" => Self::NonDynamic,
            "nonbool" => Self::NonBool,
            "countable" => Self::Countable,
            "summable" => Self::Summable,
            "orderable" => Self::Orderable,
            "common" => Self::Common,
            "common-orderable" => Self::CommonOrderable,
            "common-or-dynamic" => Self::CommonOrDynamic,
            "as-first" => Self::As(0),
            "as-second" => Self::As(1),
            "anything" => Self::Anything,
            "table" => Self::Table,
            types => Self::Types(types.split('|').map(Ty::parse).collect::<Option<_>>()?),
        })
    }

    /// True for those whose arguments must agree with one another.
    pub(in crate::kql) fn is_common(&self) -> bool {
        matches!(self, Self::Common | Self::CommonOrderable | Self::CommonOrDynamic)
    }
}

impl Gives {
    fn parse(text: &'static str) -> Option<Self> {
        if let Some(columns) = text.strip_prefix("tuple(").and_then(|rest| rest.strip_suffix(')')) {
            let column = |text: &'static str| text.split_once(':').and_then(|(name, ty)| Some((name, Ty::parse(ty)?)));
            return columns.split(' ').map(column).collect::<Option<_>>().map(Self::Columns);
        }
        Some(match text {
            "first" => Self::Argument(0),
            "second" => Self::Argument(1),
            "first-array" => Self::ArrayOf(0),
            "second-array" => Self::ArrayOf(1),
            "first-literal" => Self::TypeLiteral(Some(0)),
            "second-literal" => Self::TypeLiteral(Some(1)),
            "last-literal" => Self::TypeLiteral(None),
            "promoted" => Self::Promoted,
            "common" => Self::Common,
            "common-nondynamic" => Self::CommonNonDynamic,
            "common-array" => Self::CommonArray,
            "common-or-array" => Self::CommonOrArray,
            "array-of-common" => Self::ArrayOfCommon,
            "widest" => Self::Widest,
            "signed" => Self::Signed,
            "sorted" => Self::Sorted,
            "columns" => Self::OfAggregate,
            "table" => Self::Table,
            "cluster" => Self::Cluster,
            "database" => Self::Database,
            name => Self::Type(Ty::parse(name)?),
        })
    }
}

/// Every line with what it was read as; for tests.
#[cfg(test)]
pub(super) fn every_line() -> impl Iterator<Item = (&'static str, Option<LibraryFunction>)> {
    ["# functions", "# aggregates", "# operators"]
        .into_iter()
        .flat_map(lines)
        .filter(|line| !line.is_empty())
        .map(|line| (line, parse_line(line)))
}
