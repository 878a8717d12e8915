//! `punycode_to_string(text)`

use crate::engine::functions::prelude::*;

use super::punycode;

pub(super) const FUNCTION: Function = Function::new("punycode_to_string", evaluate);

/// Empty for what is not punycode.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    call.make_strings(|row, out| {
        if let Some(decoded) = punycode::decode(texts.get(row)) {
            out.push_str(&decoded);
        }
    })
}
