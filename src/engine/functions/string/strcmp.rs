//! `strcmp(left, right)`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("strcmp", evaluate);

/// By code point, which is the order of UTF-8 bytes.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (left, right) = (call.strings(0), call.strings(1));
    call.make_longs(|row| Some(left.get(row).cmp(right.get(row)) as i64))
}
