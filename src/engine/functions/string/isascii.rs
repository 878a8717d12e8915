//! `isascii(text)`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("isascii", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    call.make_bools(|row| Some(texts.get(row).is_ascii()))
}
