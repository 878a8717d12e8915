//! `project-rename`: new names at the old places.

use crate::kql::bind::Binder;
use crate::kql::bind::scope::Table;
use crate::kql::{Diagnostic, Expr, ProjectRenameOperator};

impl Binder<'_> {
    pub(super) fn project_rename(&mut self, operator: ProjectRenameOperator<'_>, mut input: Table) -> Option<Table> {
        let mut columns = input.relation.columns.to_vec();
        let mut renamed = Vec::new();
        for item in operator.items() {
            let Expr::Named(named) = item else {
                let _: Option<()> = self.error("SYN0002", item.span(), "project-rename wants new = old");
                continue;
            };
            let (Some(new), Some(old)) = (named.names().next(), named.value()) else { continue };
            let Expr::Name(old) = old else {
                let _: Option<()> = self.error("SEM0100", old.span(), "the name of a column is expected here");
                continue;
            };
            match input.row().position(&old.value()) {
                // Which name Kusto keeps, or whether it refuses, nobody has measured.
                Some(index) if renamed.iter().any(|(other, _)| *other == index) => {
                    let _: Option<()> = self.refuse("one column renamed twice", old.span());
                }
                Some(index) => {
                    columns[index].name = new.value().into_owned();
                    renamed.push((index, new.span()));
                }
                None if input.unknown.remove(old.value().as_ref()) || input.unknown.is_open => {
                    input.unknown.insert(new.value().into_owned());
                }
                None => {
                    let _: Option<()> = self.unknown_column(&old.value(), old.span(), &input.row());
                    input.unknown.insert(new.value().into_owned());
                }
            }
        }
        for (index, span) in renamed {
            let name = &columns[index].name;
            if columns.iter().enumerate().any(|(other, column)| other != index && column.name == *name) {
                let message = format!("there is a column '{name}' already");
                return self.report(Diagnostic::error("SEM0034", span, message));
            }
        }
        let places: Vec<usize> = (0..columns.len()).collect();
        self.rearrange(input, &places, columns, operator.span())
    }
}
