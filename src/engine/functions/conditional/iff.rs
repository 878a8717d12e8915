//! `iff(if, then, else)`

use crate::engine::functions::prelude::*;

use super::choice::Choice;

pub(super) const FUNCTION: Function = Function::new("iff", evaluate);

/// A null condition takes the second branch.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let condition = call.bools(0);
    let mut choice = Choice::new(call, [1, 2]);
    for row in 0..call.rows() {
        choice.take(usize::from(condition.get(row) != Some(true)), row);
    }
    choice.finish()
}
