//! `base64_encode_tostring(text)`

use crate::engine::functions::prelude::*;

use super::base64::encode;

pub(super) const FUNCTION: Function = Function::new("base64_encode_tostring", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    call.make_strings(|row, out| encode(texts.get(row).as_bytes(), out))
}
