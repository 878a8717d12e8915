//! `top-hitters`: the most frequent values of a column, estimated.

use super::sample_distinct::unnamed;
use crate::kql::bind::Binder;
use crate::kql::bind::projection::{Clash, Item, Projection};
use crate::kql::bind::scope::Table;
use crate::kql::{ColumnSymbol, Expr, ScalarType, TopHittersOperator};

impl Binder<'_> {
    pub(super) fn top_hitters(&mut self, operator: TopHittersOperator<'_>, input: Table) -> Option<Table> {
        if let Some(count) = operator.count() {
            self.whole_number(count, &input);
        }
        let mut projection = Projection::default();
        let mut estimate = ColumnSymbol::new("approximate_count_", ScalarType::Long);
        if let Some(of) = operator.of() {
            let value = self.only_column(of, &input);
            if let Some(item) = Item::of(of) {
                self.add_item(&mut projection, &item, value.as_ref(), None, Clash::Digit, &input.row());
            }
            estimate.name = format!("approximate_count_{}", self.result_name(of, &input));
        }
        if let Some(by) = operator.by() {
            let value = self.scalar(unnamed(by), &input.row());
            if let Some(value) = &value
                && !(value.ty.is_numeric() || value.ty == ScalarType::Unknown)
            {
                let _: Option<()> = self.error("KS137", value.span.clone(), "a number is expected here");
            }
            let ty = value.map_or(ScalarType::Unknown, |value| value.ty);
            estimate = ColumnSymbol::new(format!("approximate_sum_{}", self.result_name(by, &input)), ty);
        }
        projection.add(estimate, Clash::Digit);
        let unknown = input.unknown.clone();
        self.opaque("top-hitters", &[&input], projection.into_columns(), unknown, operator.span())
    }

    /// The name that is given to an expression, else the one that is made of it, else nothing.
    pub(super) fn result_name(&self, expr: Expr<'_>, input: &Table) -> String {
        match expr {
            Expr::Named(named) => named.names().next().map(|name| name.value().into_owned()).unwrap_or_default(),
            Expr::Name(name) => name.value().into_owned(),
            expr => self.made_name(expr, &input.row()).unwrap_or_default(),
        }
    }
}
