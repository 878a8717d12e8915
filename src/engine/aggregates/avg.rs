//! `avg()`: the mean without nulls; of no numbers it is NaN.

use arrow::datatypes::DataType;
use datafusion::functions_aggregate::average::avg_udaf;
use datafusion::logical_expr::expr::Cast;
use datafusion::logical_expr::{Expr, lit};

use super::whole_mean::whole_mean;
use super::{EngineError, Finish, Input, Reduction};
use crate::engine::storage::DECIMAL;
use crate::kql::ScalarType;

pub(super) fn avg(input: &Input<'_>) -> Result<Reduction, EngineError> {
    if matches!(input.ty(0), ScalarType::Int | ScalarType::Long) {
        let value = cast(input.arg(0)?, DataType::Int64);
        return Ok(Reduction { call: input.call(whole_mean(), vec![value]), finish: Finish::OrElse(lit(f64::NAN)) });
    }
    let (value, finish) = match input.output() {
        ScalarType::Decimal => (cast(input.arg(0)?, DECIMAL), Finish::Cast(DECIMAL)),
        // Ticks of a few datetimes already overflow 64 bits when summed.
        ScalarType::Datetime | ScalarType::Timespan => {
            (cast(input.arg(0)?, DataType::Decimal128(19, 0)), Finish::Cast(DataType::Int64))
        }
        _ => (input.real(0)?, Finish::OrElse(lit(f64::NAN))),
    };
    Ok(Reduction { call: input.call(avg_udaf(), vec![value]), finish })
}

fn cast(value: Expr, ty: DataType) -> Expr {
    Expr::Cast(Cast::new(Box::new(value), ty))
}
