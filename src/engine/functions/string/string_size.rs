//! `string_size(text)`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("string_size", evaluate);

/// UTF-8 bytes.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    call.make_longs(|row| Some(texts.get(row).len() as i64))
}
