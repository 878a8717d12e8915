//! `min()`: without nulls; of nothing it is null. A NaN among reals is the answer, whatever else there is.

use datafusion::functions_aggregate::min_max::min_udaf;
use datafusion::logical_expr::lit;

use super::best_row::{Best, best_row};
use super::{EngineError, Finish, Input, Reduction};
use crate::kql::ScalarType;

pub(super) fn min(input: &Input<'_>) -> Result<Reduction, EngineError> {
    if input.output() == ScalarType::Real {
        let call = input.call(best_row(Best::Least), vec![input.arg(0)?]);
        return Ok(Reduction { call, finish: Finish::Fields { from: 0, n: 1 } });
    }
    let finish = if input.output() == ScalarType::String { Finish::OrElse(lit("")) } else { Finish::AsIs };
    Ok(Reduction { call: input.call(min_udaf(), vec![input.arg(0)?]), finish })
}
