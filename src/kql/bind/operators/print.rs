//! `print`: one row of expressions without columns.

use std::collections::BTreeSet;

use super::project::sound_columns;
use crate::kql::bind::Binder;
use crate::kql::bind::name::{NameRule, Wanted, give_names};
use crate::kql::bind::scope::{Row, Table};
use crate::kql::{Diagnostic, Expr, Operator, PrintOperator, Relation};

impl Binder<'_> {
    pub(super) fn print(&mut self, operator: PrintOperator<'_>) -> Option<Table> {
        if self.is_official() {
            return self.official_print(operator);
        }
        let targets = self.targets(operator.items(), &Row::NONE)?;
        let mut taken = BTreeSet::new();
        let mut names = Vec::new();
        for (index, target) in targets.iter().enumerate() {
            // Without a name the place counts, whatever the expression is.
            let name = match &target.wanted {
                Wanted::Declared(name) | Wanted::Fresh(name) => name.clone(),
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

    /// By the rules of the language library: what gives several columns keeps their names unless it is named.
    fn official_print(&mut self, operator: PrintOperator<'_>) -> Option<Table> {
        let mut targets = Vec::new();
        for (index, item) in operator.items().enumerate() {
            let mut found = self.targets_of(item, &Row::NONE)?;
            if let Expr::Named(named) = item {
                found.truncate(named.names().count());
            } else if let [only] = found.as_mut_slice() {
                only.wanted = Wanted::Made(format!("print_{index}"));
            }
            targets.append(&mut found);
        }
        let wanted: Vec<_> = targets.iter().map(|it| (it.wanted.clone(), it.span.clone())).collect();
        let names = give_names(self, NameRule::Anew, &wanted, &Row::NONE)?;
        let (columns, values, unknown) = sound_columns(targets, names);
        self.table(Relation::new(Operator::Print { values }, columns, operator.span()), unknown, 1)
    }
}
