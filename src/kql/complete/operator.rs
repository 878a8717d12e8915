//! Tabular operators, statements, and what joins two scalars.

use super::super::ScalarType;
use super::super::catalog::{self, Construct, Position};
use super::CompletionKind;
use super::list::{List, distance, item};
use super::scope::Scope;
use super::syntax::Infix;

/// Operators that nobody should be led to: others say the same, or editors alone use them.
const HIDDEN: &[&str] = &["filter", "project-smart", "assert-schema", "consume", "facet", "fork"];

/// What may follow a `|`.
pub(super) fn piped(list: &mut List) {
    let piped = |it: &&Construct| matches!(it.position, Position::Piped | Position::Both);
    for operator in catalog::constructs().iter().filter(piped) {
        add(list, operator, if HIDDEN.contains(&operator.name) { distance::RARE } else { distance::HERE });
    }
}

/// What begins a query beside a table.
pub(super) fn leading(list: &mut List, operators: bool) {
    for construct in catalog::constructs() {
        let fits = match construct.position {
            Position::Source => true,
            Position::Leading | Position::Both => operators,
            Position::Piped | Position::Statement => false,
        };
        if fits {
            add(list, construct, distance::CLAUSE);
        }
    }
}

/// What begins a statement.
pub(super) fn statements(list: &mut List) {
    for statement in catalog::constructs().iter().filter(|it| it.position == Position::Statement) {
        add(list, statement, distance::TEXT);
    }
}

fn add(list: &mut List, construct: &Construct, distance: u8) {
    let detail = format!("{} {}", construct.name, construct.syntax.text());
    list.add(item(construct.name, CompletionKind::Operator, 1, distance).told(detail.trim_end(), construct.doc));
}

/// What can join the operand before the cursor to another one.
pub(super) fn infix(list: &mut List, scope: &Scope<'_>, place: Infix) {
    if scope.is_table_ending(place.end) {
        return;
    }
    let operand = scope.types_ending(place.end).first().copied().unwrap_or(ScalarType::Unknown);
    for (name, doc) in catalog::SCALAR_OPERATORS {
        if let Some(fit) = fit_of(&kind_of(name), operand, place) {
            list.add(item(name, CompletionKind::ScalarOperator, fit, distance::ROW).told("", *doc));
        }
    }
}

/// How well an operator goes on with an operand of a type; `None` when it cannot.
fn fit_of(kind: &Joins, operand: ScalarType, place: Infix) -> Option<u8> {
    use ScalarType as T;
    let is_text = matches!(operand, T::String | T::Dynamic);
    let has_order = !matches!(operand, T::String | T::Bool | T::Guid);
    match (kind, operand) {
        (Joins::Conditions, T::Unknown) => Some(1),
        (Joins::Conditions, _) => (place.in_condition || operand == T::Bool).then_some(0),
        (Joins::Numbers, _) => has_order.then_some(1),
        _ if place.is_compared => None,
        (_, T::Unknown) => Some(1),
        (Joins::Equals, _) => Some(0),
        (Joins::Texts, _) => is_text.then_some(0),
        (Joins::Orders, _) => has_order.then_some(u8::from(operand == T::Dynamic)),
    }
}

/// What an operator joins.
enum Joins {
    Conditions,
    Equals,
    Texts,
    Orders,
    Numbers,
}

fn kind_of(name: &str) -> Joins {
    match name {
        "and" | "or" => Joins::Conditions,
        "==" | "!=" | "in" | "!in" => Joins::Equals,
        "<" | "<=" | ">" | ">=" | "between" | "!between" => Joins::Orders,
        "+" | "-" | "*" | "/" | "%" => Joins::Numbers,
        _ => Joins::Texts,
    }
}
