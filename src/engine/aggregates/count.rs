//! `count()`, `countif()`: rows, whatever is in them; unlike in SQL `count(x)` counts nulls too.

use datafusion::functions_aggregate::count::count_udaf;
use datafusion::logical_expr::lit;

use super::{EngineError, Finish, Input, Reduction};

#[expect(clippy::unnecessary_wraps, reason = "every aggregate is planned through one table")]
pub(super) fn count(input: &Input<'_>) -> Result<Reduction, EngineError> {
    Ok(Reduction { call: input.call(count_udaf(), vec![lit(1_i64)]), finish: Finish::AsIs })
}
