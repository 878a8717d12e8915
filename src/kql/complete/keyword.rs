//! Words that go on with an operator, its parameters, options of `set`, and types.

use super::super::ScalarType;
use super::super::catalog::{self, OperatorParameter, ParameterKind};
use super::CompletionKind;
use super::list::{List, distance, item};

/// Behind an operand the words that go on with the operator come before what joins it to another operand.
pub(super) fn word(list: &mut List, word: &str, after_operand: bool) {
    let (fit, near) = if after_operand { (0, distance::HERE) } else { (1, distance::CLAUSE) };
    list.add(item(word, CompletionKind::Keyword, fit, near));
}

/// `kind=`, `hint.strategy=`, `title=`.
pub(super) fn parameter(list: &mut List, parameter: &OperatorParameter) {
    let near = if parameter.name.starts_with("hint.") { distance::RARE } else { distance::CLAUSE };
    let detail = match parameter.kind {
        ParameterKind::Bool => "true | false".to_owned(),
        ParameterKind::Integer | ParameterKind::Number => "number".to_owned(),
        ParameterKind::StringLiteral | ParameterKind::Text => "string".to_owned(),
        ParameterKind::Column => "column".to_owned(),
        ParameterKind::Columns => "columns".to_owned(),
        ParameterKind::NewName => "a new column".to_owned(),
        _ => parameter.values.join(" | "),
    };
    let found = item(parameter.name, CompletionKind::Option, 1, near);
    list.add(found.inserting(format!("{}=", parameter.name)).told(detail, ""));
}

/// Words that only the value of a `let` begins with.
pub(super) fn of_let(list: &mut List) {
    let materialize = item("materialize", CompletionKind::Keyword, 1, distance::CLAUSE);
    list.add(materialize.calling(true).told("materialize(query)", "Runs a query once and keeps its rows for all uses"));
    list.add(
        item("view", CompletionKind::Keyword, 1, distance::RARE)
            .told("view () { … }", "A function without parameters that unions by pattern see"),
    );
    list.add(
        item("entity_group", CompletionKind::Keyword, 1, distance::RARE)
            .told("entity_group [ … ]", "A group of databases or tables"),
    );
}

/// Options of `set`.
pub(super) fn options(list: &mut List) {
    for option in catalog::OPTIONS {
        list.add(item(option, CompletionKind::Option, 1, distance::HERE));
    }
}

pub(super) fn types(list: &mut List) {
    for ty in ScalarType::ALL {
        list.add(item(ty.name(), CompletionKind::Type, 1, distance::HERE));
    }
}
