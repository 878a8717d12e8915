//! Which signature of the language library a call or an operator means, what is wrong with its arguments, and what it
//! gives. Follows the library's own resolution step by step, since its ties and its leniencies decide verdicts.

use super::convert::literal;
use super::library::Argument;
use crate::kql::catalog::{
    Accepts, Conversion, Form, Gives, Layout, LibraryFunction, LibraryParameter, LibrarySignature, Ty, Values,
};
use crate::kql::{Diagnostic, Element, Expr, ScalarKind, ScalarType, Span, Value};

/// How well an argument fits a parameter, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Not,
    Unknown,
    Dynamic,
    Promoted,
    NotType,
    OneOfMany,
    Scalar,
    Summable,
    Orderable,
    Number,
    Integer,
    Table,
    Exact,
}

/// The parameter of each argument; `None` for one too many.
type Assigned<'s> = Vec<Option<&'s LibraryParameter>>;

/// The signatures that remain when the better one has won; more than one when there is no better one, and none when
/// every argument must fit and no signature takes them.
pub(super) fn best_signatures<'s>(
    function: &'s LibraryFunction,
    arguments: &[Argument<'_>],
    all_must_fit: bool,
) -> Vec<&'s LibrarySignature> {
    if let [only] = function.signatures.as_slice() {
        return vec![only];
    }
    let count = arguments.len();
    let takes = |signature: &LibrarySignature, count: usize| {
        let (fewest, most) = signature.arity();
        (fewest..=most).contains(&count)
    };
    let mut candidates: Vec<&LibrarySignature> = function.signatures.iter().filter(|it| takes(it, count)).collect();
    if candidates.is_empty() {
        let most = function.signatures.iter().map(|it| it.arity().1).max().unwrap_or(0);
        candidates = function.signatures.iter().filter(|it| takes(it, most)).collect();
    }
    if candidates.len() < 2 {
        return candidates;
    }
    let fits: Vec<Vec<Fit>> = candidates.iter().map(|signature| fits(signature, arguments)).collect();
    let fitting = |fits: &[Fit]| fits.iter().filter(|fit| **fit != Fit::Not).count();
    let mut wanted = fits.iter().map(|fits| fitting(fits)).max().unwrap_or(0);
    if all_must_fit {
        wanted = wanted.max(count);
    }
    let mut ranked: Vec<(&LibrarySignature, (Fit, Fit))> = candidates
        .into_iter()
        .zip(&fits)
        .filter(|(_, fits)| fitting(fits) == wanted)
        .map(|(signature, fits)| {
            let worst = fits.iter().copied().min().unwrap_or(Fit::Exact).min(Fit::Exact);
            let best = fits.iter().copied().max().unwrap_or(Fit::Not);
            (signature, (worst, best))
        })
        .collect();
    let Some(best) = ranked.iter().map(|(_, rank)| *rank).max() else { return Vec::new() };
    if ranked.iter().filter(|(_, rank)| *rank == best).count() == 1 {
        ranked.retain(|(_, rank)| *rank == best);
    }
    ranked.into_iter().map(|(signature, _)| signature).collect()
}

fn fits(signature: &LibrarySignature, arguments: &[Argument<'_>]) -> Vec<Fit> {
    let assigned = assign(signature, arguments);
    let fit_of = |(parameter, argument): (Option<&LibraryParameter>, &Argument<'_>)| {
        parameter.map_or(Fit::Not, |parameter| fit(&assigned, arguments, parameter, argument))
    };
    assigned.iter().copied().zip(arguments).map(fit_of).collect()
}

/// Which parameter every argument belongs to.
pub(super) fn assign<'s>(signature: &'s LibrarySignature, arguments: &[Argument<'_>]) -> Assigned<'s> {
    match signature.layout {
        Layout::Block => in_blocks(signature, arguments.len()),
        Layout::Sorted => {
            let last = arguments.len().checked_sub(1).filter(|last| arguments[*last].ty == BOOL);
            (0..arguments.len()).map(|index| signature.parameters.get(usize::from(last == Some(index)))).collect()
        }
        Layout::InOrder if signature.repeats() => in_order(signature, arguments),
        Layout::InOrder => (0..arguments.len()).map(|index| signature.parameters.get(index)).collect(),
    }
}

/// Neighbours that repeat together, as in `case`, and what follows them.
fn in_blocks(signature: &LibrarySignature, count: usize) -> Assigned<'_> {
    let parameters = &signature.parameters;
    let first = parameters.iter().position(|parameter| parameter.most > 1).unwrap_or(0);
    let last = parameters.iter().rposition(|parameter| parameter.most > 1).unwrap_or(0);
    let width = last + 1 - first;
    let behind = parameters.len() - last - 1;
    let fewest = width * parameters[first].fewest;
    let repeated = count.saturating_sub(first + behind).max(fewest);
    let end = first + repeated.div_ceil(width) * width;
    let parameter = |index: usize| match index {
        _ if index < first => parameters.get(index),
        _ if index < end => parameters.get(first + (index - first) % width),
        _ => parameters.get(last + 1 + index - end),
    };
    (0..count).map(parameter).collect()
}

/// Each parameter as often as it must, then as long as it fits at least as well as the next one.
fn in_order<'s>(signature: &'s LibrarySignature, arguments: &[Argument<'_>]) -> Assigned<'s> {
    let parameters = &signature.parameters;
    let most = signature.arity().1;
    let (mut current, mut taken) = (0_usize, 0_usize);
    let mut assigned: Assigned<'s> = Vec::with_capacity(arguments.len());
    for (index, argument) in arguments.iter().enumerate() {
        if index >= most {
            assigned.push(None);
            continue;
        }
        if current + 1 < parameters.len() && taken >= parameters[current].most {
            (current, taken) = (current + 1, 0);
        }
        let parameter = &parameters[current];
        let is_last = current + 1 == parameters.len();
        let is_due = taken < parameter.fewest || (taken == 0 && parameter.fewest == 0);
        if is_due || (is_last && taken < parameter.most) {
            assigned.push(Some(parameter));
            taken += 1;
        } else if is_last {
            assigned.push(None);
        } else {
            let own = fit(&assigned, arguments, parameter, argument);
            let next = fit(&assigned, arguments, &parameters[current + 1], argument);
            if next != Fit::Not && (own < next || own == Fit::Not) {
                (current, taken) = (current + 1, 1);
            } else {
                taken += 1;
            }
            assigned.push(Some(&parameters[current]));
        }
    }
    assigned
}

fn fit(
    assigned: &[Option<&LibraryParameter>],
    arguments: &[Argument<'_>],
    parameter: &LibraryParameter,
    argument: &Argument<'_>,
) -> Fit {
    let ty = argument.ty;
    if ty.is_unknown() {
        return Fit::Unknown;
    }
    if argument.is_star() {
        return if matches!(parameter.form, Form::Star | Form::StarOnly) { Fit::Exact } else { Fit::Not };
    }
    if parameter.form == Form::StarOnly {
        return Fit::Not;
    }
    let when = |holds: bool, fit: Fit| if holds { fit } else { Fit::Not };
    match &parameter.accepts {
        Accepts::Anything => Fit::Unknown,
        Accepts::Types(types) => fit_types(types, ty),
        Accepts::Scalar => when(ty.is_scalar(), Fit::Scalar),
        Accepts::Integer => when(ty.is_integer(), Fit::Integer),
        Accepts::Text => when(ty.is_text(), Fit::OneOfMany),
        Accepts::TextOrArray => when(ty.is_text_or_array(), Fit::OneOfMany),
        Accepts::IntegerOrArray => when(ty.is_integer_or_array(), Fit::OneOfMany),
        Accepts::Array => when(ty.is_array(), Fit::OneOfMany),
        Accepts::Bag => when(ty.is_bag(), Fit::OneOfMany),
        Accepts::Number => when(ty.is_numeric(), Fit::Number),
        Accepts::NumberOrBool => when(ty.is_numeric() || ty == BOOL, Fit::Number),
        Accepts::Summable => when(ty.is_summable(), Fit::Summable),
        Accepts::Orderable => when(ty.is_orderable(), Fit::Orderable),
        Accepts::Table => when(ty == Ty::Table, Fit::Table),
        Accepts::NonBool => when(ty != BOOL, Fit::NotType),
        Accepts::Countable => when(ty != BOOL && ty != REAL, Fit::NotType),
        Accepts::NonDynamic => when(ty.is_scalar() && !ty.is_dynamic(), Fit::NotType),
        Accepts::As(place) => match assigned.get(*place).copied().flatten() {
            Some(other) if !matches!(other.accepts, Accepts::As(_)) => fit(assigned, arguments, other, argument),
            _ => Fit::Not,
        },
        Accepts::Common | Accepts::CommonOrderable | Accepts::CommonOrDynamic => {
            match common_type(assigned, arguments, false) {
                Some(common) if ty.fits(common, Conversion::None) => Fit::Exact,
                Some(common) if ty.fits(common, Conversion::Promotable) => Fit::Promoted,
                Some(common) if ty.fits(common, Conversion::Dynamic) => Fit::Dynamic,
                Some(_) if parameter.accepts == Accepts::CommonOrDynamic && ty.is_dynamic() => Fit::Exact,
                _ => Fit::Not,
            }
        }
    }
}

const BOOL: Ty = Ty::Scalar(ScalarType::Bool);
const REAL: Ty = Ty::Scalar(ScalarType::Real);

fn fit_types(types: &[Ty], ty: Ty) -> Fit {
    let fits = |allowed| types.iter().any(|declared| ty.fits(*declared, allowed));
    match types.len() {
        1 if fits(Conversion::None) => Fit::Exact,
        _ if fits(Conversion::None) => Fit::OneOfMany,
        _ if fits(Conversion::Promotable) => Fit::Promoted,
        _ => Fit::Not,
    }
}

/// The type that the arguments have in common which must agree.
pub(super) fn common_type(
    assigned: &[Option<&LibraryParameter>],
    arguments: &[Argument<'_>],
    without_dynamic: bool,
) -> Option<Ty> {
    let mut common: Option<Ty> = None;
    for (parameter, argument) in assigned.iter().zip(arguments) {
        let Some(parameter) = parameter else { continue };
        if without_dynamic && argument.ty.is_dynamic() {
            continue;
        }
        let allowed = match parameter.accepts {
            Accepts::Common if argument.ty.is_scalar() => Conversion::Promotable,
            Accepts::CommonOrderable if argument.ty.is_orderable() => Conversion::Promotable,
            Accepts::CommonOrDynamic if argument.ty.is_scalar() => Conversion::Dynamic,
            _ => continue,
        };
        common = match common {
            None => Some(argument.ty),
            Some(common) => Some(common.common(argument.ty, allowed)?),
        };
    }
    match common {
        None if without_dynamic => common_type(assigned, arguments, false),
        common => common,
    }
}

/// Everything that is wrong with the arguments of the one signature that is meant. `name` is for the messages, `place`
/// is where the function's name or the operator stands.
pub(super) fn check(
    name: &str,
    signature: &LibrarySignature,
    arguments: &[Argument<'_>],
    place: &Span,
    is_operator: bool,
) -> Vec<Diagnostic> {
    if !signature.takes(arguments.len()) {
        let (fewest, most) = signature.arity();
        let code = match signature.repeats() {
            false => "KS119",
            true if (fewest..=most).contains(&arguments.len()) => "KS121",
            true => "KS120",
        };
        // Without repetition only as many as there are parameters are named, but fewer are taken where they may be.
        let message = super::call::arity_message(name, fewest, most);
        return vec![Diagnostic::error(code, place.clone(), message)];
    }
    let assigned = assign(signature, arguments);
    let must_agree = assigned.iter().flatten().any(|parameter| parameter.accepts.is_common());
    if must_agree && common_type(&assigned, arguments, false).is_none() {
        let message = format!("the values given to {name}() have no type in common");
        return vec![Diagnostic::error("KS232", place.clone(), message)];
    }
    let mut found = Vec::new();
    for (index, argument) in arguments.iter().enumerate() {
        let Some(Some(parameter)) = assigned.get(index) else { continue };
        let checks = Checks { name, assigned: &assigned, arguments, parameter, argument };
        if argument.is_star() && !is_operator {
            if !matches!(parameter.form, Form::Star | Form::StarOnly) {
                let message = format!("{name}() takes no '*' here");
                found.push(Diagnostic::error("KS191", argument.span.clone(), message));
            }
            continue;
        }
        if let Some(names) = &argument.tuple_names {
            let message = "an argument cannot have several names";
            found.push(Diagnostic::error("KS194", names.clone(), message));
        }
        found.extend(checks.type_finding());
        found.extend(checks.form_finding());
    }
    found
}

/// One argument beside its parameter.
struct Checks<'c, 's, 't> {
    name: &'c str,
    assigned: &'c [Option<&'s LibraryParameter>],
    arguments: &'c [Argument<'t>],
    parameter: &'c LibraryParameter,
    argument: &'c Argument<'t>,
}

impl Checks<'_, '_, '_> {
    fn finding(&self, code: &'static str, wanted: &str) -> Diagnostic {
        let what = &self.parameter.name;
        let message = if self.name.chars().any(char::is_alphanumeric) && what.len() > 1 {
            format!("{}() takes {wanted} as '{what}', and this is {}", self.name, self.argument.ty.words())
        } else {
            format!("{wanted} is expected here, and this is {}", self.argument.ty.words())
        };
        Diagnostic::error(code, self.argument.span.clone(), message)
    }

    fn unless(&self, holds: bool, code: &'static str, wanted: &str) -> Option<Diagnostic> {
        (!holds && !self.argument.ty.is_silent()).then(|| self.finding(code, wanted))
    }

    fn type_finding(&self) -> Option<Diagnostic> {
        let ty = self.argument.ty;
        if ty == Ty::Error {
            // The library says that something of a type is expected even of what is in error already.
            return None;
        }
        match &self.parameter.accepts {
            Accepts::Anything => None,
            Accepts::Types(types) => {
                let fits = fit_types(types, ty) != Fit::Not;
                let words: Vec<&str> = types.iter().map(|ty| ty.words()).collect();
                self.unless(fits, "KS107", &format!("a value of type {}", words.join(" or ")))
            }
            Accepts::Scalar => self.unless(ty.is_scalar(), "KS108", "a single value"),
            Accepts::Integer => self.unless(ty.is_integer(), "KS134", "a whole number"),
            Accepts::Text => self.unless(ty.is_text(), "KS141", "a text or a dynamic value"),
            Accepts::TextOrArray => self.unless(ty.is_text_or_array(), "KS233", "a text or an array"),
            Accepts::IntegerOrArray => self.unless(ty.is_integer_or_array(), "KS136", "a whole number or an array"),
            Accepts::Array => self.unless(ty.is_array(), "KS234", "a dynamic array"),
            Accepts::Bag => self.unless(ty.is_bag(), "KS235", "a dynamic bag"),
            Accepts::Number => self.unless(ty.is_numeric(), "KS137", "a number"),
            Accepts::NumberOrBool => self.unless(ty.is_numeric() || ty == BOOL, "KS137", "a number or a bool"),
            Accepts::Summable => self.unless(ty.is_summable(), "KS138", "a number, timespan or datetime"),
            Accepts::Orderable => self.unless(ty.is_orderable(), "KS206", "a value that has an order"),
            Accepts::Table => self.unless(ty == Ty::Table, "KS111", "a table"),
            Accepts::NonBool => self.of_no_type(&[ScalarType::Bool]),
            Accepts::Countable => self.of_no_type(&[ScalarType::Real, ScalarType::Bool]),
            Accepts::NonDynamic => {
                let scalar = self.unless(ty.is_scalar(), "KS108", "a single value");
                scalar.or_else(|| self.unless(!ty.is_dynamic(), "KS116", "a value that is not dynamic"))
            }
            Accepts::As(place) => {
                let like = self.arguments.get(*place).map_or(Ty::Error, |argument| argument.ty);
                if like.is_silent() {
                    return None;
                }
                let is_same = if like == Ty::DYNAMIC { ty.is_dynamic() } else { ty.fits(like, Conversion::None) };
                self.unless(is_same, "KS141", &format!("a value of type {}", like.words()))
            }
            Accepts::Common | Accepts::CommonOrderable | Accepts::CommonOrDynamic => self.common_finding(),
        }
    }

    fn of_no_type(&self, types: &[ScalarType]) -> Option<Diagnostic> {
        let is_scalar = self.unless(self.argument.ty.is_scalar(), "KS108", "a single value");
        let excluded = types.iter().any(|ty| self.argument.ty == Ty::Scalar(*ty));
        is_scalar.or_else(|| self.unless(!excluded, "KS116", "a value of another type"))
    }

    fn common_finding(&self) -> Option<Diagnostic> {
        let ty = self.argument.ty;
        let scalar = match self.parameter.accepts {
            Accepts::CommonOrderable => self.unless(ty.is_orderable(), "KS206", "a value that has an order"),
            _ => self.unless(ty.is_scalar(), "KS108", "a single value"),
        };
        if scalar.is_some() {
            return scalar;
        }
        let common = common_type(self.assigned, self.arguments, false)?;
        let fits = match (&self.parameter.accepts, common) {
            _ if common.is_unknown() => true,
            (Accepts::CommonOrDynamic, _) => {
                ty.fits(common, Conversion::Promotable) || ty.fits(Ty::DYNAMIC, Conversion::Dynamic)
            }
            (_, Ty::DYNAMIC) => ty.is_dynamic(),
            // The library asks for a promotion where the types are the same, too.
            _ => ty.fits(common, Conversion::Promotable),
        };
        self.unless(fits, "KS141", &format!("a value of type {}", common.words()))
    }

    /// What is wrong with how the argument is written.
    fn form_finding(&self) -> Option<Diagnostic> {
        let argument = self.argument;
        if argument.ty == Ty::Error {
            return None;
        }
        let finding = |code, wanted: &str| {
            let message = format!("{}(): '{}' must be {wanted}", self.name, self.parameter.name);
            Some(Diagnostic::error(code, argument.span.clone(), message))
        };
        match self.parameter.form {
            Form::Column if !argument.is_column() => finding("KS109", "a column"),
            Form::Constant if !argument.constant => finding("KS129", "a constant"),
            Form::Literal | Form::NonEmpty if !argument.is_literal() => finding("KS131", "a literal"),
            Form::NonEmpty if argument.text() == Some("") => finding("KS133", "a text that is not empty"),
            Form::Literal => match self.parameter.values {
                Some(values) if !argument.text().is_some_and(|text| values.contain(text)) => {
                    let list = values.values.join(", ");
                    let message = format!("'{}' is one of {list}", self.parameter.name);
                    Some(Diagnostic::error("KS140", argument.span.clone(), message))
                }
                _ => None,
            },
            _ => None,
        }
    }
}

impl Values {
    fn contain(&self, text: &str) -> bool {
        let is_same = |value: &&str| if self.exact_case { *value == text } else { value.eq_ignore_ascii_case(text) };
        self.values.iter().any(is_same)
    }
}

/// The type of the result; [`Ty::Error`] where an argument is missing that decides it.
pub(super) fn result_type(signature: &LibrarySignature, arguments: &[Argument<'_>]) -> Ty {
    let assigned = assign(signature, arguments);
    let argument = |place: usize| {
        let parameter = signature.parameters.get(place)?;
        let index = assigned.iter().position(|it| it.is_some_and(|it| std::ptr::eq(it, parameter)))?;
        arguments.get(index)
    };
    let ty = |place: usize| argument(place).map_or(Ty::Error, |argument| argument.ty);
    let all_common = |allowed| {
        let mut types = arguments.iter().map(|argument| argument.ty);
        let first = types.next()?;
        types.try_fold(first, |common, ty| common.common(ty, allowed))
    };
    match &signature.gives {
        Gives::Type(ty) => *ty,
        Gives::Argument(place) => ty(*place),
        Gives::ArrayOf(place) => match ty(*place) {
            Ty::Error => Ty::Error,
            ty => ty.in_array(),
        },
        Gives::TypeLiteral(place) => {
            let place = place.unwrap_or(signature.parameters.len() - 1);
            argument(place).map_or(Ty::Error, |argument| type_of_literal(argument.expr))
        }
        Gives::Promoted => ty(0).promoted(),
        Gives::Common => common_type(&assigned, arguments, false).unwrap_or(Ty::Error),
        Gives::CommonNonDynamic => common_type(&assigned, arguments, true).unwrap_or(Ty::Error),
        Gives::CommonOrArray => all_common(Conversion::None).unwrap_or(Ty::Array(Element::Any)),
        Gives::CommonArray => match all_common(Conversion::Promotable) {
            Some(array @ Ty::Array(_)) => array,
            _ => Ty::Array(Element::Any),
        },
        Gives::ArrayOfCommon => all_common(Conversion::Promotable).map_or(Ty::Array(Element::Any), Ty::in_array),
        Gives::Widest => Ty::widest(arguments.iter().map(|argument| argument.ty)).unwrap_or(Ty::Error),
        Gives::Signed => match arguments.first() {
            Some(argument) if argument.constant => argument.ty,
            Some(argument) => argument.ty.promoted(),
            None => Ty::Error,
        },
        Gives::Sorted if arguments.iter().filter(|argument| argument.ty.is_array()).count() == 1 => {
            arguments.first().map_or(Ty::Error, |argument| argument.ty)
        }
        Gives::Columns(_) | Gives::OfAggregate | Gives::Sorted => Ty::Tuple,
        Gives::Table | Gives::Cluster | Gives::Database => Ty::Table,
    }
}

/// What `typeof(…)` says; unknown for anything that is none.
fn type_of_literal(expr: Expr<'_>) -> Ty {
    let Expr::TypeOf(types) = expr else { return Ty::Error };
    let mut types = types.types();
    match (types.next(), types.next()) {
        (Some(only), None) => Ty::parse(only.text()).unwrap_or(Ty::Error),
        _ => Ty::UNKNOWN,
    }
}

/// The common result of several signatures that fit equally well.
pub(super) fn common_result(signatures: &[&LibrarySignature], arguments: &[Argument<'_>]) -> Ty {
    let mut types = signatures.iter().map(|signature| result_type(signature, arguments));
    let Some(first) = types.next() else { return Ty::Error };
    if types.all(|ty| ty.fits(first, Conversion::None)) {
        return first;
    }
    if arguments.iter().any(|argument| argument.ty.is_silent()) { Ty::UNKNOWN } else { Ty::Error }
}

/// A value that stands for one in error.
pub(super) fn placeholder(span: Span) -> crate::kql::Scalar {
    let mut value = literal(Value::Bool(false), span);
    value.kind = ScalarKind::Open(String::new());
    value.ty = ScalarType::Unknown;
    value
}
