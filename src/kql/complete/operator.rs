//! Tabular operators, statements, and what joins two scalars.

use super::super::ScalarType;
use super::super::catalog::{self, Construct, Position};
use super::CompletionKind;
use super::list::{List, distance, item};
use super::scope::Scope;

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

/// What can join the operand that ends at a byte to another one.
pub(super) fn infix(list: &mut List, scope: &Scope<'_>, end: usize) {
    if scope.is_table_ending(end) {
        return;
    }
    let types = scope.types_ending(end);
    let operand = types.first().copied().unwrap_or(ScalarType::Unknown);
    let is_condition = operand == ScalarType::Bool || types[types.len().min(1)..].contains(&ScalarType::Bool);
    let is_compared = is_condition && operand != ScalarType::Bool;
    for (name, doc) in catalog::SCALAR_OPERATORS {
        let fit = match (kind_of(name), operand) {
            (Joins::Conditions, _) if is_condition => 0,
            (Joins::Conditions, ScalarType::Unknown) => 1,
            (Joins::Conditions, _) => continue,
            (_, ScalarType::Unknown) => 1,
            (Joins::Equals, _) if is_compared => continue,
            (Joins::Equals, _) => 0,
            (Joins::Texts, ScalarType::String | ScalarType::Dynamic) if !is_compared => 0,
            (Joins::Orders, ScalarType::String | ScalarType::Bool | ScalarType::Guid) => continue,
            (Joins::Orders, _) if !is_compared => 0,
            (Joins::Numbers, ScalarType::String | ScalarType::Bool | ScalarType::Guid) => continue,
            (Joins::Numbers, _) => 1,
            (Joins::Texts | Joins::Orders, _) => continue,
        };
        list.add(item(name, CompletionKind::ScalarOperator, fit, distance::HERE).told("", *doc));
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
