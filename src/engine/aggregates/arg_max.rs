//! `arg_max()`, `arg_min()`: the values of the row where the first argument is greatest or least. A null loses against
//! everything, but a group of nothing else still gives its first row; what stands beside the winner may be null.

use super::best_row::{Best, best_row};
use super::{EngineError, Finish, Input, Reduction};

pub(super) fn arg_max(input: &Input<'_>) -> Result<Reduction, EngineError> {
    arg_best(input, Best::Greatest)
}

pub(super) fn arg_min(input: &Input<'_>) -> Result<Reduction, EngineError> {
    arg_best(input, Best::Least)
}

#[expect(clippy::unnecessary_wraps, reason = "every aggregate is planned through one table")]
fn arg_best(input: &Input<'_>, best: Best) -> Result<Reduction, EngineError> {
    let call = input.call(best_row(best), input.args.clone());
    Ok(Reduction { call, finish: Finish::Fields { from: 0, n: input.args.len() } })
}
