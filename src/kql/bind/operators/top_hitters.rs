//! `top-hitters`: the most frequent values of a column, estimated.

use std::sync::Arc;

use super::sample_distinct::unnamed;
use crate::kql::bind::Binder;
use crate::kql::bind::convert::{a, convert};
use crate::kql::bind::projection::{Clash, Item, Projection};
use crate::kql::bind::scope::{Table, Unknown};
use crate::kql::{AggregateCall, ColumnSymbol, Expr, Operator, Relation, ScalarType, SortKey, TopHittersOperator};

impl Binder<'_> {
    pub(super) fn top_hitters(&mut self, operator: TopHittersOperator<'_>, input: Table) -> Option<Table> {
        if !self.is_official() {
            return self.top_counts(operator, input);
        }
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

    /// As it runs: counted exactly, which is within what Kusto promises of its estimate.
    fn top_counts(&mut self, operator: TopHittersOperator<'_>, input: Table) -> Option<Table> {
        let span = operator.span();
        let count = self.row_count(operator.count()?)?;
        let of = operator.of()?;
        let key = self.only_column(of, &input)?;
        if key.ty == ScalarType::Dynamic {
            return self.error("SEM0480", key.span, "rows cannot be grouped by a dynamic value");
        }
        let (name, function, args, ty) = match operator.by() {
            None => {
                (format!("approximate_count_{}", self.result_name(of, &input)), "count", Vec::new(), ScalarType::Long)
            }
            Some(by) => {
                let weight = self.scalar(unnamed(by), &input.row())?;
                let weight = if weight.ty == ScalarType::Int { convert(weight, ScalarType::Long) } else { weight };
                if !matches!(weight.ty, ScalarType::Long | ScalarType::Real) {
                    return self.refuse(&format!("top-hitters by {}", a(weight.ty)), weight.span);
                }
                let ty = weight.ty;
                (format!("approximate_sum_{}", self.result_name(by, &input)), "sum", vec![weight], ty)
            }
        };
        let call = AggregateCall { function, args, outputs: vec![ty], span: span.clone() };
        let columns: Arc<[ColumnSymbol]> =
            vec![ColumnSymbol::new(self.result_name(of, &input), key.ty), ColumnSymbol::new(name, ty)].into();
        let depth = input.depth + 2;
        let summary = Operator::Summarize { input: Box::new(input.relation), keys: vec![key], aggregates: vec![call] };
        let summary = Relation::new(summary, Arc::clone(&columns), span.clone());
        let value = super::column(&summary, 1, span.clone());
        let keys = vec![SortKey { value, descending: true, nulls_first: false }];
        let operator = Operator::Top { input: Box::new(summary), count, keys };
        self.table(Relation::new(operator, columns, span), Unknown::default(), depth)
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
