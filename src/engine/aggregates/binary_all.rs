//! `binary_all_and()`, `binary_all_or()`, `binary_all_xor()`: bits over all values that are not null.

use std::sync::Arc;

use datafusion::functions_aggregate::bit_and_or_xor::{bit_and_udaf, bit_or_udaf, bit_xor_udaf};
use datafusion::logical_expr::AggregateUDF;

use super::{EngineError, Finish, Input, Reduction};

pub(super) fn and(input: &Input<'_>) -> Result<Reduction, EngineError> {
    bits(input, bit_and_udaf())
}

pub(super) fn or(input: &Input<'_>) -> Result<Reduction, EngineError> {
    bits(input, bit_or_udaf())
}

pub(super) fn xor(input: &Input<'_>) -> Result<Reduction, EngineError> {
    bits(input, bit_xor_udaf())
}

fn bits(input: &Input<'_>, function: Arc<AggregateUDF>) -> Result<Reduction, EngineError> {
    Ok(Reduction { call: input.call(function, vec![input.arg(0)?]), finish: Finish::AsIs })
}
