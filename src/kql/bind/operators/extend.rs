//! `extend`: new columns at the end, columns of the same name replaced where they stand.

use std::collections::HashMap;

use crate::kql::bind::Binder;
use crate::kql::bind::name::{NameRule, Wanted, give_names};
use crate::kql::bind::operators::column;
use crate::kql::bind::scope::{Row, Table};
use crate::kql::{ColumnSymbol, Expr, Operator, Relation, Scalar, Span};

/// A target of `extend`, `project`, `print` and the like: what it wants to be called, and its value when it is sound.
pub(super) struct Target {
    pub(super) wanted: Wanted,
    pub(super) value: Option<Scalar>,
    pub(super) span: Span,
}

impl Binder<'_> {
    /// One target; every one sees only the input.
    pub(super) fn target(&mut self, expr: Expr<'_>, row: &Row<'_>) -> Option<Target> {
        let Expr::Named(named) = expr else {
            let wanted = self.wanted(expr, row);
            return Some(Target { wanted, value: self.scalar(expr, row), span: expr.span() });
        };
        if named.is_tuple() {
            return self.refuse("several names for one expression", named.span());
        }
        let name = named.names().next()?;
        let value = named.value().and_then(|value| self.scalar(value, row));
        Some(Target { wanted: Wanted::Declared(name.value().into_owned()), value, span: name.span() })
    }

    pub(super) fn targets<'t>(&mut self, items: impl Iterator<Item = Expr<'t>>, row: &Row<'_>) -> Option<Vec<Target>> {
        // Every item is looked at even when one fails, so that all mistakes are found at once.
        let targets: Vec<Option<Target>> = items.map(|item| self.target(item, row)).collect();
        targets.into_iter().collect()
    }

    pub(super) fn extend<'t>(
        &mut self,
        items: impl Iterator<Item = Expr<'t>>,
        mut input: Table,
        span: Span,
    ) -> Option<Table> {
        let targets = self.targets(items, &input.row())?;
        let wanted: Vec<(Wanted, Span)> = targets.iter().map(|t| (t.wanted.clone(), t.span.clone())).collect();
        let names = give_names(self, NameRule::Replace, &wanted, &input.row())?;
        let mut columns = input.relation.columns.to_vec();
        let mut values: Vec<Scalar> = (0..columns.len()).map(|i| column(&input.relation, i, span.clone())).collect();
        let mut places: HashMap<String, usize> =
            columns.iter().enumerate().rev().map(|(index, column)| (column.name.clone(), index)).collect();
        for (target, name) in targets.into_iter().zip(names) {
            let Some(value) = target.value else {
                input.unknown.insert(name);
                continue;
            };
            input.unknown.remove(&name);
            let symbol = ColumnSymbol::new(name, value.ty);
            if let Some(&index) = places.get(&symbol.name) {
                columns[index] = symbol;
                values[index] = value;
            } else {
                places.insert(symbol.name.clone(), columns.len());
                columns.push(symbol);
                values.push(value);
            }
        }
        let operator = Operator::Project { input: Box::new(input.relation), values };
        self.table(Relation::new(operator, columns, span), input.unknown, input.depth + 1)
    }
}
