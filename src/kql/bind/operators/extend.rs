//! `extend`: new columns at the end, columns of the same name replaced where they stand.

use std::collections::HashMap;

use crate::kql::bind::Binder;
use crate::kql::bind::name::{NameRule, Wanted, give_names};
use crate::kql::bind::operators::column;
use crate::kql::bind::scope::{Row, Table};
use crate::kql::catalog::Ty;
use crate::kql::{ColumnSymbol, DynamicShape, Expr, Name, Operator, Relation, Scalar, Span};

/// A target of `extend`, `project`, `print` and the like: what it wants to be called, and its value when it is sound.
pub(in crate::kql::bind) struct Target {
    pub(in crate::kql::bind) wanted: Wanted,
    pub(in crate::kql::bind) value: Option<Scalar>,
    pub(in crate::kql::bind) span: Span,
    /// What is known of the inside of a dynamic value.
    pub(in crate::kql::bind) shape: DynamicShape,
}

impl Target {
    fn new(wanted: Wanted, value: Option<Scalar>, span: Span) -> Self {
        Self { wanted, value, span, shape: DynamicShape::Any }
    }
}

impl Binder<'_> {
    /// One target; every one sees only the input.
    pub(super) fn target(&mut self, expr: Expr<'_>, row: &Row<'_>) -> Option<Target> {
        let Expr::Named(named) = expr else {
            if self.is_official() {
                let value = self.scalar(expr, row);
                let wanted = self.library_wanted(expr, value.as_ref(), row);
                return Some(self.shaped(Target::new(wanted, value, expr.span())));
            }
            let wanted = self.wanted(expr, row);
            return Some(Target::new(wanted, self.scalar(expr, row), expr.span()));
        };
        if named.is_tuple() && !self.is_official() {
            return self.refuse("several names for one expression", named.span());
        }
        let name = named.names().next()?;
        let value = named.value().and_then(|value| self.scalar(value, row));
        let target = Target::new(Wanted::Declared(name.value().into_owned()), value, name.span());
        Some(self.shaped(target))
    }

    fn shaped(&self, target: Target) -> Target {
        let shape = target.value.as_ref().map_or(DynamicShape::Any, |value| self.shape_of(value));
        Target { shape, ..target }
    }

    pub(super) fn targets<'t>(&mut self, items: impl Iterator<Item = Expr<'t>>, row: &Row<'_>) -> Option<Vec<Target>> {
        // Every item is looked at even when one fails, so that all mistakes are found at once.
        let targets: Vec<Option<Vec<Target>>> = items.map(|item| self.targets_of(item, row)).collect();
        let targets: Option<Vec<Vec<Target>>> = targets.into_iter().collect();
        targets.map(|targets| targets.into_iter().flatten().collect())
    }

    /// The columns of one item: several when its function gives several.
    pub(super) fn targets_of(&mut self, expr: Expr<'_>, row: &Row<'_>) -> Option<Vec<Target>> {
        if !self.is_official() {
            return match self.targets_of_columns(expr, row) {
                Some(targets) => targets,
                None => self.target(expr, row).map(|target| vec![target]),
            };
        }
        let target = self.target(expr, row)?;
        let (names, value_expr): (Vec<Name<'_>>, Expr<'_>) = match expr {
            Expr::Named(named) => (named.names().collect(), named.value()?),
            other => (Vec::new(), other),
        };
        let columns = target
            .value
            .as_ref()
            .and_then(|value| self.library_columns(value_expr, value, row))
            .filter(|columns| !columns.is_empty());
        let Some(columns) = columns else {
            if let [first, _, ..] = names.as_slice()
                && target.value.is_some()
            {
                let span = first.span().start..names.last().map_or(0, |name| name.span().end);
                let message = "this expression has one value, and several names are given to it";
                let _: Option<()> = self.error("KS149", span, message);
            }
            return Some(vec![target]);
        };
        if let Some(name) = names.get(columns.len()) {
            let _: Option<()> = self.error("KS150", name.span(), "there is no value for this name");
        }
        let value = target.value?;
        let column = |(index, (own, ty)): (usize, (String, Ty))| {
            let (wanted, span) = match names.get(index) {
                Some(name) => (Wanted::Declared(name.value().into_owned()), name.span()),
                None => (Wanted::Fresh(own), expr.span()),
            };
            let value = Scalar { ty: ty.scalar(), ..value.clone() };
            Target { wanted, value: Some(value), span, shape: ty.shape() }
        };
        Some(columns.into_iter().enumerate().map(column).collect())
    }

    pub(super) fn extend<'t>(
        &mut self,
        items: impl Iterator<Item = Expr<'t>>,
        mut input: Table,
        span: Span,
    ) -> Option<Table> {
        let (targets, windows) = self.windowed(&input, |binder| binder.targets(items, &input.row()))?;
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
            let symbol = ColumnSymbol::new(name, value.ty).with_shape(target.shape);
            if let Some(&index) = places.get(&symbol.name) {
                columns[index] = symbol;
                values[index] = value;
            } else {
                places.insert(symbol.name.clone(), columns.len());
                columns.push(symbol);
                values.push(value);
            }
        }
        let inner = Self::with_windows(input.relation, windows, &span);
        let operator = Operator::Project { input: Box::new(inner), values };
        self.table(Relation::new(operator, columns, span), input.unknown, input.depth + 1)
    }
}
