//! `take_any()`: the values of one row; of a single column, of a row where it is not null if there is one.

use datafusion::logical_expr::{Expr, lit};

use super::best_row::{Best, best_row};
use super::{EngineError, Finish, Input, Reduction};

#[expect(clippy::unnecessary_wraps, reason = "every aggregate is planned through one table")]
pub(super) fn take_any(input: &Input<'_>) -> Result<Reduction, EngineError> {
    let rank = match input.args.as_slice() {
        [only] => Expr::IsNotNull(Box::new(only.clone())),
        _ => lit(true),
    };
    let args: Vec<Expr> = std::iter::once(rank).chain(input.args.iter().cloned()).collect();
    let call = input.call(best_row(Best::Greatest), args);
    Ok(Reduction { call, finish: Finish::Fields { from: 1, n: input.args.len() } })
}
