//! `max()`: without nulls; of nothing it is null.

use datafusion::functions_aggregate::min_max::max_udaf;
use datafusion::logical_expr::lit;

use super::{EngineError, Finish, Input, Reduction};
use crate::kql::ScalarType;

pub(super) fn max(input: &Input<'_>) -> Result<Reduction, EngineError> {
    let finish = if input.output() == ScalarType::String { Finish::OrElse(lit("")) } else { Finish::AsIs };
    Ok(Reduction { call: input.call(max_udaf(), vec![input.arg(0)?]), finish })
}
