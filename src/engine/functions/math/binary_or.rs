//! `binary_or(left, right)`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("binary_or", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (left, right) = (call.longs(0), call.longs(1));
    call.make_longs(|row| {
        let (left, right) = (left.get(row)?, right.get(row)?);
        Some(left | right)
    })
}
