//! `project-by-names`: the columns whose names fit texts or patterns.

use crate::kql::bind::Binder;
use crate::kql::bind::operators::matches_pattern;
use crate::kql::bind::scope::{Row, Table};
use crate::kql::{Expr, ProjectByNamesOperator, ScalarKind, Value};

impl Binder<'_> {
    pub(super) fn project_by_names(&mut self, operator: ProjectByNamesOperator<'_>, input: Table) -> Option<Table> {
        let patterns: Vec<String> = operator.items().flat_map(|item| self.names_of(item, &input.row())).collect();
        let mut columns = Vec::new();
        for pattern in &patterns {
            for column in input.columns().iter().filter(|column| matches_pattern(pattern, &column.name)) {
                if !columns.contains(column) {
                    columns.push(column.clone());
                }
            }
        }
        let unknown = input.unknown.clone();
        self.opaque("project-by-names", &[&input], columns, unknown, operator.span())
    }

    /// The texts that an expression is known to be.
    fn names_of(&mut self, expr: Expr<'_>, row: &Row<'_>) -> Vec<String> {
        match self.scalar(expr, row).map(|value| value.kind) {
            Some(ScalarKind::Literal(Value::String(name))) => vec![name],
            Some(ScalarKind::Literal(Value::Dynamic(json))) => texts_of(&json),
            _ => Vec::new(),
        }
    }
}

/// The texts of a JSON array of them.
fn texts_of(json: &str) -> Vec<String> {
    serde_json::from_str(json).unwrap_or_default()
}
