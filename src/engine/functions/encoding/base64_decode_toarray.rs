//! `base64_decode_toarray(text)`

use crate::engine::functions::prelude::*;

use super::base64::decode;

pub(super) const FUNCTION: Function = Function::new("base64_decode_toarray", evaluate);

/// The bytes as numbers; null for what is not Base64.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    call.make_texts(|row, out| {
        let Some(bytes) = decode(texts.get(row)) else { return false };
        let numbers: Vec<String> = bytes.iter().map(u8::to_string).collect();
        out.push('[');
        out.push_str(&numbers.join(","));
        out.push(']');
        true
    })
}
