//! `sum()`: nulls are left out, nothing sums to zero, and whole numbers wrap.

use datafusion::functions_aggregate::sum::sum_udaf;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::expr::Cast;
use datafusion::scalar::ScalarValue;

use super::{EngineError, Finish, Input, Reduction};
use crate::engine::storage;

pub(super) fn sum(input: &Input<'_>) -> Result<Reduction, EngineError> {
    let ty = storage::data_type(input.output());
    let value = Expr::Cast(Cast::new(Box::new(input.arg(0)?), ty.clone()));
    let zero = Expr::Literal(ScalarValue::new_zero(&ty)?, None);
    Ok(Reduction { call: input.call(sum_udaf(), vec![value]), finish: Finish::OrElse(zero) })
}
