//! Values that a place is known to take.

use super::super::catalog::{self, OperatorParameter, ParameterKind};
use super::super::{Meaning, ScalarType, quoted_name};
use super::CompletionKind;
use super::list::{List, distance, item};
use super::scope::{Fit, Scope};
use super::syntax::Expected;

/// The words that a parameter of an operator takes.
pub(super) fn of_parameter(list: &mut List, parameter: &OperatorParameter) {
    let words: &[&str] = if parameter.kind == ParameterKind::Bool { &["true", "false"] } else { parameter.values };
    for word in words {
        list.add(item(word, CompletionKind::Value, 1, distance::HERE));
    }
}

/// Scalars that the text names.
pub(super) fn variables(list: &mut List, scope: &Scope<'_>, fit: &Fit) {
    let scalars = scope.variables().filter(|it| it.columns.is_none() && it.meaning != Meaning::LocalFunction);
    for variable in scalars {
        let kind = match variable.meaning {
            Meaning::Parameter => CompletionKind::Parameter,
            _ => CompletionKind::Variable,
        };
        let found = item(&variable.name, kind, fit.of(variable.ty), distance::TEXT);
        let detail = variable.ty.map_or("", ScalarType::name);
        list.add(found.inserting(quoted_name(&variable.name)).told(detail, "A value that this text names"));
    }
}

pub(super) fn charts(list: &mut List) {
    for (name, doc) in catalog::CHARTS {
        list.add(item(name, CompletionKind::Chart, 1, distance::HERE).told("", *doc));
    }
}

/// Examples of what the place takes.
pub(super) fn examples(list: &mut List, is_count: bool, expected: &Expected, fit: &Fit) {
    let examples: &[&str] = match expected {
        _ if is_count => &["10", "100", "1000"],
        Expected::Argument(name, 0) if name == "ago" => &["1d", "7d", "30d", "1h", "30min"],
        Expected::Argument(name, 0) if name == "datetime_diff" => &[
            "'day'",
            "'hour'",
            "'minute'",
            "'second'",
            "'week'",
            "'month'",
            "'quarter'",
            "'year'",
            "'millisecond'",
            "'microsecond'",
            "'nanosecond'",
        ],
        Expected::Argument(name, 0) if name == "datetime_add" => &[
            "'day'",
            "'hour'",
            "'minute'",
            "'second'",
            "'week'",
            "'month'",
            "'quarter'",
            "'year'",
            "'millisecond'",
            "'microsecond'",
            "'nanosecond'",
        ],
        Expected::Argument(name, 0) if name == "datetime_part" => &[
            "'day'",
            "'hour'",
            "'minute'",
            "'second'",
            "'week_of_year'",
            "'dayofyear'",
            "'month'",
            "'quarter'",
            "'year'",
            "'millisecond'",
            "'microsecond'",
            "'nanosecond'",
        ],
        _ if fit.types() == [ScalarType::Bool] => &["true", "false"],
        _ => &[],
    };
    for example in examples {
        list.add(item(example, CompletionKind::Value, 0, distance::HERE));
    }
}

/// Shapes of a graph's pattern.
pub(super) fn graph_patterns(list: &mut List) {
    for pattern in ["(n1)-[e]->(n2)", "(n1)-[e1]->(n2)-[e2]->(n3)", "(n1)-[e*1..3]->(n2)"] {
        list.add(item(pattern, CompletionKind::Value, 1, distance::HERE));
    }
}
