//! Tables: of the schema, of the text, and calls that give one.

use super::super::{Meaning, quoted_name};
use super::CompletionKind;
use super::list::{List, distance, item};
use super::scope::Scope;

/// Functions whose value is a table or holds tables, with their parameters and a sentence.
pub(super) const FUNCTIONS: &[(&str, &str, &str)] = &[
    ("table", "(name: string, [query_data_scope: string])", "The table of this name"),
    ("database", "([name: string])", "Another database of the same service; its tables stand behind a dot"),
    ("cluster", "(name: string)", "Another cluster; its databases stand behind a dot"),
    ("external_table", "(name: string, [mapping: string])", "A table that is kept outside of the database"),
    ("materialized_view", "(name: string, [max_age: timespan])", "The part of a view that is worked out already"),
    ("stored_query_result", "(name: string)", "The result of a query that was stored"),
    ("entity_group", "(name: string)", "A group of databases or tables that has a name"),
    ("graph", "(name: string, [snapshot: string])", "A graph that the database keeps"),
];

/// Everything that gives rows, but for operators.
pub(super) fn tables(list: &mut List, scope: &Scope<'_>, fit: u8) {
    let of_text = scope.variables().filter(|variable| variable.columns.is_some());
    for variable in of_text.filter(|it| matches!(it.meaning, Meaning::Variable | Meaning::Parameter | Meaning::Table)) {
        let n_columns = variable.columns.as_ref().map_or(0, |columns| columns.len());
        let detail = format!("{n_columns} columns");
        let found = item(&variable.name, CompletionKind::Table, fit, distance::ROW);
        list.add(found.inserting(quoted_name(&variable.name)).told(detail, "A table that this text names"));
    }
    for table in scope.context.schema.tables() {
        let detail = format!("{} columns", table.columns.len());
        let found = item(&table.name, CompletionKind::Table, fit, distance::TEXT);
        list.add(found.inserting(quoted_name(&table.name)).told(detail, table.description.as_str()));
    }
    for (name, parameters, doc) in FUNCTIONS {
        let found = item(name, CompletionKind::Function, fit, distance::LANGUAGE);
        list.add(found.calling(true).told(format!("{name}{parameters}"), *doc));
    }
}

/// What stands behind the dot of `database("d").` or `cluster("c").`.
pub(super) fn members(list: &mut List, before: &str) {
    let base = before.rsplit_once('(').map_or("", |(callee, _)| callee.trim_end());
    let name = base.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
    let wanted: &[&str] = match name {
        "cluster" => &["database"],
        "database" => &["table", "external_table", "materialized_view", "stored_query_result", "entity_group", "graph"],
        _ => &[],
    };
    for (name, parameters, doc) in FUNCTIONS.iter().filter(|(name, ..)| wanted.contains(name)) {
        let found = item(name, CompletionKind::Function, 1, distance::HERE);
        list.add(found.calling(true).told(format!("{name}{parameters}"), *doc));
    }
}

/// Where `invoke` may find functions of other places.
pub(super) fn places(list: &mut List) {
    for (name, parameters, doc) in FUNCTIONS.iter().filter(|(name, ..)| matches!(*name, "cluster" | "database")) {
        let found = item(name, CompletionKind::Function, 1, distance::LANGUAGE);
        list.add(found.calling(true).told(format!("{name}{parameters}"), *doc));
    }
}
