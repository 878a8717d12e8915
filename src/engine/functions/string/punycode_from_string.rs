//! `punycode_from_string(text)`

use crate::engine::functions::prelude::*;

use super::punycode;

pub(super) const FUNCTION: Function = Function::new("punycode_from_string", evaluate);

/// One label, without the `xn--` of domain names.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    call.make_strings(|row, out| {
        if let Some(encoded) = punycode::encode(texts.get(row)) {
            out.push_str(&encoded);
        }
    })
}
