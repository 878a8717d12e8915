//! Every row of the catalogue can be read, and says something.

use super::signature::{Class, Returns};
use super::{aggregates, alias, functions};

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
