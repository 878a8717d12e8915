//! `base64_decode_tostring(text)`

use crate::engine::functions::prelude::*;

use super::base64::decode;

pub(super) const FUNCTION: Function = Function::new("base64_decode_tostring", evaluate);

/// Empty for what is not Base64 or does not decode to UTF-8.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    call.make_strings(|row, out| {
        if let Some(text) = decode(texts.get(row)).and_then(|bytes| String::from_utf8(bytes).ok()) {
            out.push_str(&text);
        }
    })
}
