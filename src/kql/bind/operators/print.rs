//! `print`: one row of expressions without columns.

use std::collections::BTreeSet;

use super::project::sound_columns;
use crate::kql::bind::Binder;
use crate::kql::bind::name::Wanted;
use crate::kql::bind::scope::{Row, Table};
use crate::kql::{Diagnostic, Operator, PrintOperator, Relation};

impl Binder<'_> {
    pub(super) fn print(&mut self, operator: PrintOperator<'_>) -> Option<Table> {
        let targets = self.targets(operator.items(), &Row::NONE)?;
        let mut taken = BTreeSet::new();
        let mut names = Vec::new();
        for (index, target) in targets.iter().enumerate() {
            // Without a name the place counts, whatever the expression is.
            let name = match &target.wanted {
                Wanted::Declared(name) => name.clone(),
                _ => format!("print_{index}"),
            };
            if !taken.insert(name.clone()) {
                let message = format!("there is a column '{name}' already");
                return self.report(Diagnostic::error("SEM0034", target.span.clone(), message));
            }
            names.push(name);
        }
        let (columns, values, unknown) = sound_columns(targets, names);
        self.table(Relation::new(Operator::Print { values }, columns, operator.span()), unknown, 1)
    }
}
