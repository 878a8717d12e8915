//! `reverse(value)`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("reverse", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    call.make_strings(|row, out| out.extend(texts.get(row).chars().rev()))
}
