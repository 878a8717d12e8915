//! `binary_shift_right(left, right)`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("binary_shift_right", evaluate);

/// The shift counts modulo 64; the sign is kept.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (left, right) = (call.longs(0), call.longs(1));
    call.make_longs(|row| {
        let (left, right) = (left.get(row)?, right.get(row)?);
        Some(left.wrapping_shr(right as u32))
    })
}
