//! `dcount()`: the number of distinct values, without nulls. Kusto estimates it; we count, which is within its error.

use super::distinct_values::distinct_values;
use super::{EngineError, Finish, Input, Reduction};
use crate::engine::own_functions::real_key;
use crate::kql::ScalarType;

pub(super) fn dcount(input: &Input<'_>) -> Result<Reduction, EngineError> {
    let value = input.arg(0)?;
    let value = if input.ty(0) == ScalarType::Real { real_key(value) } else { value };
    Ok(Reduction { call: input.call(distinct_values(), vec![value]), finish: Finish::AsIs })
}
