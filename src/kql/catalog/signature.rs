//! Signatures: what arguments a function takes and what it gives.

use crate::kql::ScalarType;

/// One way to call a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::kql) struct Signature {
    /// As a person reads it: `(text: string, start: integer, [length: integer]) -> string`. `{2..64}` after a
    /// parameter says how often it may be repeated; neighbours that repeat do so together, as in `case`.
    pub(in crate::kql) text: &'static str,
    pub(in crate::kql) parameters: Vec<Parameter>,
    pub(in crate::kql) returns: Returns,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::kql) struct Parameter {
    pub(in crate::kql) name: &'static str,
    pub(in crate::kql) class: Class,
    pub(in crate::kql) constancy: Constancy,
    pub(in crate::kql) optional: bool,
    /// Fewest and most repetitions.
    pub(in crate::kql) repeat: Option<(usize, usize)>,
}

/// What a parameter accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::kql) enum Class {
    Scalar,
    /// Any scalar, taken as its text.
    Text,
    /// One of these types.
    Types(Vec<ScalarType>),
    Number,
    Integer,
    Array,
    Bag,
    NonDynamic,
    /// One type with its like, dynamic too: the results of `iff` and `case`.
    Branch,
    /// One type with its like.
    Same,
    /// One type, where long does not mix with real.
    Alike,
    /// One type with its like, and one that has an order.
    SameOrderable,
    Summable,
    Orderable,
    /// Anything but real and bool.
    Countable,
    /// A column itself, or `*`.
    Column,
    /// A value or `*`.
    Star,
    /// `*` alone.
    OnlyStar,
    /// `typeof(…)`
    TypeLiteral,
    Table,
}

/// How much of an argument must be known before the query runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::kql) enum Constancy {
    Any,
    Constant,
    Literal,
}

/// The type of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::kql) enum Returns {
    Type(ScalarType),
    First,
    Second,
    /// The first argument's type with int made long.
    Promoted,
    /// The common type of the arguments that must agree.
    Common,
    /// The common type of the branches, where dynamic gives way.
    Branches,
    /// The widest number among the arguments.
    Widest,
    /// What `typeof(…)` says.
    TypeLiteral,
    /// Not a scalar.
    Table,
}

impl Signature {
    /// Reads the notation of [`Signature::text`]. The tables of the catalogue are its only source and a test reads
    /// them all, so what it does not know it takes for the most lenient thing.
    pub(super) fn parse(text: &'static str) -> Self {
        let (parameters, returns) = text.split_once("->").unwrap_or((text, "table"));
        let inner = parameters.trim().trim_start_matches('(').trim_end_matches(')');
        let parameters =
            inner.split(',').map(str::trim).filter(|part| !part.is_empty()).map(Parameter::parse).collect();
        Self { text, parameters, returns: Returns::parse(returns.trim()) }
    }

    /// Fewest and most arguments.
    pub(in crate::kql) fn arity(&self) -> (usize, usize) {
        let fewest = self.parameters.iter().map(Parameter::fewest).sum();
        let most = self.parameters.iter().fold(0_usize, |sum, parameter| sum.saturating_add(parameter.most()));
        (fewest, most)
    }

    /// The parameter of each of `count` arguments, in every way that is possible: what is optional behind parameters
    /// that repeat may be there or not.
    pub(in crate::kql) fn assignments(&self, count: usize) -> Vec<Vec<&Parameter>> {
        let repeats = |parameter: &Parameter| parameter.repeat.is_some();
        let Some(start) = self.parameters.iter().position(repeats) else {
            let (fewest, most) = self.arity();
            let fits = (fewest..=most).contains(&count);
            return if fits { vec![self.parameters.iter().take(count).collect()] } else { Vec::new() };
        };
        let group: Vec<&Parameter> = self.parameters.iter().filter(|parameter| repeats(parameter)).collect();
        let (head, tail) = (&self.parameters[..start], &self.parameters[start + group.len()..]);
        let fewest_behind = tail.iter().filter(|parameter| !parameter.optional).count();
        let (fewest, most) = group[0].repeat.unwrap_or((0, usize::MAX));
        (fewest_behind..=tail.len())
            .filter_map(|behind| {
                let repeated = count.checked_sub(head.len() + behind)?;
                let rounds = repeated / group.len();
                let fits = repeated % group.len() == 0 && (fewest..=most).contains(&rounds);
                let repeats = (0..rounds).flat_map(|_| group.iter().copied());
                fits.then(|| head.iter().chain(repeats).chain(&tail[..behind]).collect())
            })
            .collect()
    }
}

impl Parameter {
    fn parse(text: &'static str) -> Self {
        if text == "*" {
            return Self {
                name: "*",
                class: Class::OnlyStar,
                constancy: Constancy::Any,
                optional: false,
                repeat: None,
            };
        }
        let (text, optional) = match text.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')) {
            Some(inner) => (inner, true),
            None => (text, false),
        };
        let (text, repeat) = match text.split_once(" {") {
            Some((rest, range)) => (rest, parse_repeat(range)),
            None => (text, None),
        };
        let (name, class) = text.split_once(": ").unwrap_or((text, "scalar"));
        let (class, constancy) = match (class.strip_prefix("const "), class.strip_prefix("literal ")) {
            (Some(class), _) => (class, Constancy::Constant),
            (_, Some(class)) => (class, Constancy::Literal),
            _ => (class, Constancy::Any),
        };
        Self { name, class: Class::parse(class), constancy, optional, repeat }
    }

    fn fewest(&self) -> usize {
        match self.repeat {
            Some((fewest, _)) => fewest,
            None => usize::from(!self.optional),
        }
    }

    fn most(&self) -> usize {
        self.repeat.map_or(1, |(_, most)| most)
    }
}

fn parse_repeat(range: &str) -> Option<(usize, usize)> {
    let (fewest, most) = range.trim_end_matches('}').split_once("..")?;
    Some((fewest.parse().ok()?, most.parse().unwrap_or(32_767)))
}

impl Class {
    pub(super) fn parse(text: &str) -> Self {
        match text {
            "text" => Self::Text,
            "number" => Self::Number,
            "integer" => Self::Integer,
            "array" => Self::Array,
            "bag" => Self::Bag,
            "nondynamic" => Self::NonDynamic,
            "branch" => Self::Branch,
            "same" => Self::Same,
            "alike" => Self::Alike,
            "sameorderable" => Self::SameOrderable,
            "summable" => Self::Summable,
            "orderable" => Self::Orderable,
            "countable" => Self::Countable,
            "column" => Self::Column,
            "star" => Self::Star,
            "type" => Self::TypeLiteral,
            "table" => Self::Table,
            "scalar" => Self::Scalar,
            types => Self::Types(types.split('|').flat_map(types_of).collect()),
        }
    }
}

fn types_of(name: &str) -> Vec<ScalarType> {
    match name {
        "number" => vec![ScalarType::Int, ScalarType::Long, ScalarType::Real, ScalarType::Decimal],
        "integer" => vec![ScalarType::Int, ScalarType::Long],
        name => ScalarType::from_name(name).into_iter().collect(),
    }
}

impl Returns {
    fn parse(text: &str) -> Self {
        match text {
            "first" => Self::First,
            "second" => Self::Second,
            "promoted" => Self::Promoted,
            "common" => Self::Common,
            "branches" => Self::Branches,
            "widest" => Self::Widest,
            "typeof" => Self::TypeLiteral,
            name => ScalarType::from_name(name).map_or(Self::Table, Self::Type),
        }
    }
}
