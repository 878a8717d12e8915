//! Every row of the catalogue can be read, and says something.

use super::signature::{Class, Returns};
use super::{ParameterKind, aggregates, alias, functions, operator_parameter, operator_parameters, plugins};

#[test]
fn every_signature_is_understood() {
    for function in functions().values().chain(aggregates().values()) {
        assert!(!function.doc.is_empty(), "{} has no documentation", function.name);
        for signature in &function.signatures {
            assert!(signature.text.starts_with('(') && signature.text.contains(") -> "), "{}", signature.text);
            if signature.returns == Returns::Table {
                assert!(signature.text.ends_with("table"), "{}: {}", function.name, signature.text);
            }
            for parameter in &signature.parameters {
                if let Class::Types(types) = &parameter.class {
                    assert!(!types.is_empty(), "{}: {}", function.name, parameter.name);
                }
            }
        }
    }
}

#[test]
fn old_spellings_lead_to_functions() {
    for (old, canonical) in alias::FUNCTIONS {
        assert!(functions().contains_key(canonical) && !functions().contains_key(old), "{old}");
    }
    for (old, canonical, _) in alias::AGGREGATES {
        assert!(aggregates().contains_key(canonical) && !aggregates().contains_key(old), "{old}");
    }
}

#[test]
fn repeated_parameters_take_turns() {
    let case = &functions()["case"].signatures[0];
    let names =
        |count| case.assignments(count).iter().map(|p| p.iter().map(|p| p.name).collect()).collect::<Vec<Vec<_>>>();
    assert_eq!(names(5), [vec!["predicate", "then", "predicate", "then", "else"]]);
    assert!(names(4).is_empty());
    assert!(names(1).is_empty());
    assert_eq!(functions()["array_sort_asc"].signatures[0].assignments(2).len(), 2);
}

#[test]
fn every_plugin_is_understood() {
    for plugin in plugins().values() {
        assert!(!plugin.doc.is_empty() && !plugin.signatures.is_empty(), "{}", plugin.name);
        for signature in &plugin.signatures {
            assert!(signature.text.starts_with('(') && signature.text.ends_with(')'), "{}", signature.text);
            for parameter in &signature.parameters {
                let is_empty = matches!(&parameter.class, Class::Types(types) if types.is_empty());
                assert!(!is_empty, "{}: {}", plugin.name, parameter.name);
            }
        }
    }
    assert_eq!(plugins()["pivot"].signatures[0].arity(), (1, usize::MAX));
    assert_eq!(plugins()["bag_unpack"].signatures[0].arity(), (1, 2));
    assert!(plugins()["basket"].signatures[0].parameters[0].may_be_default);
}

#[test]
fn operators_have_their_parameters() {
    for operator in ["__partitionby", "as", "join", "mv-expand", "parse-kv with", "render with", "top", "union"] {
        assert!(!operator_parameters(operator).is_empty(), "{operator}");
    }
    assert_eq!(operator_parameters("mvexpand"), operator_parameters("mv-expand"));
    assert!(operator_parameters("count").is_empty());
    let source = operator_parameter("union", "with_source").map(|parameter| (parameter.name, parameter.kind));
    assert_eq!(source, Some(("withsource", ParameterKind::NewName)));
    assert!(operator_parameter("join", "hint.shufflekey").is_some_and(|parameter| parameter.is_repeatable));
}

#[test]
fn every_line_of_the_library_is_understood_and_documented() {
    let mut n_lines = 0;
    for (line, function) in super::library::every_line() {
        n_lines += 1;
        let function = function.unwrap_or_else(|| panic!("{line}"));
        let name = function.name;
        if name.chars().any(char::is_alphabetic) && !OPERATORS.contains(&name) {
            let is_documented = super::function(name).is_some() || super::aggregate(name).is_some();
            assert!(is_documented, "{name} has no row in the catalogue");
        }
    }
    assert!(n_lines > 500, "{n_lines} lines");
}

/// Operators that are words.
const OPERATORS: [&str; 7] = ["sign", "logical", "has", "contains", "in", "has_any", "between"];

#[test]
fn the_library_has_every_function_of_the_catalogue() {
    for name in functions().keys() {
        assert!(super::library_function(name).is_some(), "{name}");
    }
    for name in aggregates().keys() {
        assert!(super::library_aggregate(name).is_some(), "{name}");
    }
}
