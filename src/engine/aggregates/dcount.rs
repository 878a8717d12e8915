//! `dcount()`: the number of distinct values, without nulls. Kusto estimates it; we count, which is within its error.

use datafusion::functions_aggregate::count::count_udaf;

use super::{EngineError, Finish, Input, Reduction};

pub(super) fn dcount(input: &Input<'_>) -> Result<Reduction, EngineError> {
    Ok(Reduction { call: input.call_distinct(count_udaf(), vec![input.arg(0)?]), finish: Finish::AsIs })
}
