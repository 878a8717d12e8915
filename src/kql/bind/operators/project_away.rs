//! `project-away`: all columns but these.

use crate::kql::bind::Binder;
use crate::kql::bind::operators::matches_pattern;
use crate::kql::bind::scope::Table;
use crate::kql::{Expr, ProjectAwayOperator};

impl Binder<'_> {
    pub(super) fn project_away(&mut self, operator: ProjectAwayOperator<'_>, mut input: Table) -> Option<Table> {
        let named = self.named_columns(operator.items(), &mut input)?;
        let kept: Vec<usize> = (0..input.columns().len()).filter(|index| !named.contains(index)).collect();
        self.choose(input, &kept, operator.span())
    }

    /// The places of the columns that plain and wildcarded names mean, in the order named.
    pub(super) fn named_columns<'t>(
        &mut self,
        items: impl Iterator<Item = Expr<'t>>,
        input: &mut Table,
    ) -> Option<Vec<usize>> {
        let mut places = Vec::new();
        let mut failed = false;
        for item in items {
            match self.columns_of(item, input) {
                Some(found) => {
                    let new: Vec<usize> = found.into_iter().filter(|place| !places.contains(place)).collect();
                    places.extend(new);
                }
                None => failed = true,
            }
        }
        if failed { None } else { Some(places) }
    }

    /// The columns of one name or pattern. A column in error is passed over, and forgotten.
    pub(super) fn columns_of(&mut self, item: Expr<'_>, input: &mut Table) -> Option<Vec<usize>> {
        let names = |input: &Table, pattern: &str| {
            let fits = |column: &crate::kql::ColumnSymbol| matches_pattern(pattern, &column.name);
            input.columns().iter().enumerate().filter(|(_, column)| fits(column)).map(|(index, _)| index).collect()
        };
        match item {
            Expr::Star(_) => Some((0..input.columns().len()).collect()),
            Expr::Wildcard(pattern) => {
                let found: Vec<usize> = names(input, pattern.pattern());
                if found.is_empty() && input.unknown.is_empty() && !input.unknown.is_open {
                    let message = format!("no column is named like '{}'", pattern.pattern());
                    return self.error("SEM0100", item.span(), message);
                }
                Some(found)
            }
            Expr::Name(name) => {
                let name = name.value();
                match input.row().position(&name) {
                    Some(index) => Some(vec![index]),
                    None if input.unknown.remove(name.as_ref()) || input.unknown.is_open => Some(Vec::new()),
                    None => self.unknown_column(&name, item.span(), &input.row()),
                }
            }
            _ => self.error("SEM0100", item.span(), "the name of a column is expected here"),
        }
    }
}
