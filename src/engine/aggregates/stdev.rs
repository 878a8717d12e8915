//! `stdev()`, `stdevp()`: of a sample or a population; of fewer than two values zero.

use datafusion::functions_aggregate::stddev::{stddev_pop_udaf, stddev_udaf};
use datafusion::logical_expr::lit;

use super::{EngineError, Finish, Input, Reduction};

pub(super) fn stdev(input: &Input<'_>) -> Result<Reduction, EngineError> {
    Ok(Reduction { call: input.call(stddev_udaf(), vec![input.real(0)?]), finish: Finish::OrElse(lit(0.0)) })
}

pub(super) fn stdevp(input: &Input<'_>) -> Result<Reduction, EngineError> {
    Ok(Reduction { call: input.call(stddev_pop_udaf(), vec![input.real(0)?]), finish: Finish::OrElse(lit(0.0)) })
}
