//! `variance()`, `variancep()`: of a sample or a population; of fewer than two values zero. Rounded to ten places,
//! which Kusto does here and not in `stdev()`.

use datafusion::functions_aggregate::variance::{var_pop_udaf, var_samp_udaf};

use super::{EngineError, Finish, Input, Reduction};

pub(super) fn variance(input: &Input<'_>) -> Result<Reduction, EngineError> {
    Ok(Reduction { call: input.call(var_samp_udaf(), vec![input.real(0)?]), finish: Finish::Rounded })
}

pub(super) fn variancep(input: &Input<'_>) -> Result<Reduction, EngineError> {
    Ok(Reduction { call: input.call(var_pop_udaf(), vec![input.real(0)?]), finish: Finish::Rounded })
}
