//! `make-series`: aggregates at even steps of an axis, as arrays.

use crate::kql::bind::Binder;
use crate::kql::bind::aggregate::Collecting;
use crate::kql::bind::convert::a;
use crate::kql::bind::operator_parameter::Given;
use crate::kql::bind::projection::{Clash, Item, Projection};
use crate::kql::bind::scope::{Table, widest};
use crate::kql::{
    ColumnSymbol, Expr, MakeSeriesOperator, Scalar, ScalarKind, ScalarType, SeriesItem, TabularOperator, catalog,
};

impl Binder<'_> {
    pub(super) fn make_series(&mut self, operator: MakeSeriesOperator<'_>, input: Table) -> Option<Table> {
        if !self.is_official() {
            return self.make_arrays(operator, input);
        }
        let parameters = TabularOperator::MakeSeries(operator).parameters().map(Given::of_parameter);
        self.check_parameters("make-series", parameters, &input.row());
        let mut projection = Projection::default();
        for key in operator.keys() {
            self.series_column(key, None, &input, &mut projection);
        }
        for item in operator.items() {
            self.series_item(item, &input, &mut projection);
        }
        let axis =
            operator.on().and_then(|on| self.series_column(on, Some(ScalarType::Dynamic), &input, &mut projection));
        self.series_range(operator, axis.as_ref(), &input);
        let unknown = input.unknown.clone();
        self.opaque("make-series", &[&input], projection.into_columns(), unknown, operator.span())
    }

    fn series_column(
        &mut self,
        expr: Expr<'_>,
        ty: Option<ScalarType>,
        input: &Table,
        projection: &mut Projection,
    ) -> Option<Scalar> {
        let item = Item::of(expr)?;
        let value = self.scalar(item.expr, &input.row());
        self.add_item(projection, &item, value.as_ref(), ty, Clash::Digit, &input.row());
        value
    }

    /// `x = sum(y) default=0`
    fn series_item(&mut self, series: SeriesItem<'_>, input: &Table, projection: &mut Projection) {
        if let Some(default) = series.default() {
            let is_literal = matches!(default, Expr::Literal(_) | Expr::CompoundString(_) | Expr::Dynamic(_));
            let value = self.constant(default);
            let is_signed = matches!(default, Expr::Unary(_));
            if value.is_some_and(|value| !is_literal && !is_signed && !super::super::plugin::is_constant(&value)) {
                let _: Option<()> = self.error("KS131", default.span(), "the default is a literal");
            }
        }
        let Some(item) = series.expr().and_then(Item::of) else { return };
        let outer = self.collecting.replace(Collecting::default());
        self.series_aggregate(series.expr(), &item, input, projection);
        self.collecting = outer;
    }

    fn series_aggregate(
        &mut self,
        whole: Option<Expr<'_>>,
        item: &Item<'_>,
        input: &Table,
        projection: &mut Projection,
    ) {
        let names: Vec<_> = match whole {
            Some(Expr::Named(named)) => named.names().map(|name| (name.value().into_owned(), name.span())).collect(),
            _ => Vec::new(),
        };
        let call = match item.expr.without_parens() {
            Some(Expr::Call(call)) => call.name().map(|name| (call, name.value().into_owned())),
            _ => None,
        };
        let dynamic = Some(ScalarType::Dynamic);
        let Some((call, name)) = call.filter(|(_, name)| catalog::aggregate(name).is_some()) else {
            let value = self.scalar(item.expr, &input.row());
            self.add_item(projection, item, value.as_ref(), dynamic, Clash::Digit, &input.row());
            return;
        };
        let outputs = self.aggregate(&name, call, &input.row()).map(|columns| columns.outputs).unwrap_or_default();
        if outputs.len() < 2 {
            self.add_item(projection, item, None, dynamic, Clash::Digit, &input.row());
            return;
        }
        // Of several columns those that are named are series; the others keep the type of the aggregate.
        for (index, (own, ty)) in outputs.into_iter().enumerate() {
            match names.get(index) {
                Some((name, span)) => {
                    let column = ColumnSymbol::new(name.clone(), ScalarType::Dynamic);
                    if let Err(finding) = projection.declare(column, Clash::Digit, span) {
                        let _: Option<()> = self.report(finding);
                    }
                }
                None => drop(projection.add(ColumnSymbol::new(own, ty), Clash::Digit)),
            }
        }
    }

    /// `from a to b step c`, or `in range(a, b, c)`.
    fn series_range(&mut self, operator: MakeSeriesOperator<'_>, axis: Option<&Scalar>, input: &Table) {
        let range: Vec<Expr<'_>> = operator.range().collect();
        let (ends, step) = match range.as_slice() {
            [] => (vec![operator.from(), operator.to()], operator.step()),
            [from, to, step] => (vec![Some(*from), Some(*to)], Some(*step)),
            [first, .., last] => {
                let span = first.span().start..last.span().end;
                let _: Option<()> = self.error("KS118", span, "range() takes three arguments: from, to and step");
                (range.iter().copied().map(Some).collect(), None)
            }
            [one] => {
                let _: Option<()> = self.error("KS118", one.span(), "range() takes three arguments: from, to and step");
                (vec![Some(*one)], None)
            }
        };
        let axis_ty = axis.map_or(ScalarType::Unknown, |axis| axis.ty);
        for end in ends.into_iter().flatten() {
            let Some(value) = self.scalar(end, &input.row()) else { continue };
            if !promotes(value.ty, axis_ty) {
                let message = format!("the axis is {}, and this is {}", a(axis_ty), a(value.ty));
                let _: Option<()> = self.error("KS141", value.span, message);
            }
        }
        if let Some(step) = step.and_then(|step| self.scalar(step, &input.row()))
            && !is_interval(step.ty, axis_ty)
        {
            let message = format!("the axis is {}, and {} is no step of it", a(axis_ty), a(step.ty));
            let _: Option<()> = self.error("KS178", step.span, message);
        }
    }
}

/// True when a value of the first type can stand where one of the second is wanted.
fn promotes(from: ScalarType, to: ScalarType) -> bool {
    from == to || from == ScalarType::Unknown || to == ScalarType::Unknown || widest(from, to) == Some(to)
}

/// True when values of the second type can be so far apart.
fn is_interval(step: ScalarType, axis: ScalarType) -> bool {
    use ScalarType as T;
    match (axis, step) {
        (T::Unknown, _) | (_, T::Unknown) | (T::Datetime | T::Timespan, T::Timespan) => true,
        (axis, step) => widest(axis, step) == Some(axis),
    }
}

/// True for a reference to a column.
pub(super) fn is_column(value: &Scalar) -> bool {
    matches!(value.kind, ScalarKind::Column(_) | ScalarKind::Open(_))
}
