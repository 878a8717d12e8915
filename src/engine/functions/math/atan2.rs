//! `atan2(y, x)`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("atan2", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (left, right) = (call.reals(0), call.reals(1));
    call.make_reals(|row| {
        let (left, right) = (left.get(row)?, right.get(row)?);
        Some(left.atan2(right))
    })
}
