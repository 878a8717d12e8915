//! `covariance()`, `covariancep()`: of pairs of which neither is null; of fewer than two pairs zero. Ten places.

use datafusion::functions_aggregate::covariance::{covar_pop_udaf, covar_samp_udaf};

use super::{EngineError, Finish, Input, Reduction};

pub(super) fn covariance(input: &Input<'_>) -> Result<Reduction, EngineError> {
    let args = vec![input.real(0)?, input.real(1)?];
    Ok(Reduction { call: input.call(covar_samp_udaf(), args), finish: Finish::Rounded })
}

pub(super) fn covariancep(input: &Input<'_>) -> Result<Reduction, EngineError> {
    let args = vec![input.real(0)?, input.real(1)?];
    Ok(Reduction { call: input.call(covar_pop_udaf(), args), finish: Finish::Rounded })
}
