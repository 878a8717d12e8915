//! `dcount()` and `count_distinct()`: the number of distinct values, without nulls. Kusto estimates the first; so do we once
//! there are many, within a smaller error. The second is exact.

use super::distinct_values::distinct_values;
use super::number_sets::{Numbers, number_sets};
use super::{EngineError, Finish, Input, Reduction};
use crate::engine::own_functions::real_key;
use crate::kql::ScalarType;

pub(super) fn dcount(input: &Input<'_>) -> Result<Reduction, EngineError> {
    let call = if input.is_code(0) {
        input.call(number_sets(Numbers::Codes), vec![input.arg(0)?])
    } else {
        input.call(number_sets(Numbers::Hashes), vec![value(input)?])
    };
    Ok(Reduction { call, finish: Finish::AsIs })
}

pub(super) fn count_distinct(input: &Input<'_>) -> Result<Reduction, EngineError> {
    let call = if input.is_code(0) {
        input.call(number_sets(Numbers::Codes), vec![input.arg(0)?])
    } else {
        input.call(distinct_values(), vec![value(input)?])
    };
    Ok(Reduction { call, finish: Finish::AsIs })
}

fn value(input: &Input<'_>) -> Result<datafusion::logical_expr::Expr, EngineError> {
    let value = input.arg(0)?;
    Ok(if input.ty(0) == ScalarType::Real { real_key(value) } else { value })
}
