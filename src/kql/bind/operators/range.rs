//! `range`: a column of equally spaced values.

use crate::kql::bind::Binder;
use crate::kql::bind::convert::convert;
use crate::kql::bind::scope::{Table, widest};
use crate::kql::{ColumnSymbol, Operator, RangeOperator, Relation, Scalar, ScalarKind, ScalarType, Value};

impl Binder<'_> {
    pub(super) fn range(&mut self, operator: RangeOperator<'_>) -> Option<Table> {
        let name = operator.name()?.value().into_owned();
        let [from, to, step] =
            [operator.from(), operator.to(), operator.step()].map(|bound| bound.and_then(|bound| self.constant(bound)));
        let (from, to, step) = (from?, to?, step?);
        let Some(ty) = column_type(from.ty, to.ty, step.ty) else {
            let message = format!("a range from {} to {} by {} is not defined", from.ty, to.ty, step.ty);
            return self.error("SEM0254", operator.span(), message);
        };
        if is_zero(&step) {
            return self.error("SEM0254", step.span, "a range by steps of nothing has no end");
        }
        let step_type = if ty == ScalarType::Datetime { ScalarType::Timespan } else { ty };
        let relation = Relation {
            operator: Operator::Range { from: convert(from, ty), to: convert(to, ty), step: convert(step, step_type) },
            columns: [ColumnSymbol::new(name, ty)].into(),
            span: operator.span(),
        };
        self.fresh(relation)
    }
}

fn column_type(from: ScalarType, to: ScalarType, step: ScalarType) -> Option<ScalarType> {
    use ScalarType::{Datetime, Timespan};
    match (from, to, step) {
        (Datetime, Datetime, Timespan) => Some(Datetime),
        (Timespan, Timespan, Timespan) => Some(Timespan),
        _ => widest(widest(from, to)?, step),
    }
}

fn is_zero(step: &Scalar) -> bool {
    match &step.kind {
        ScalarKind::Literal(Value::Long(0) | Value::Int(0) | Value::Timespan(0)) => true,
        ScalarKind::Literal(Value::Real(number)) => *number == 0.0,
        _ => false,
    }
}
