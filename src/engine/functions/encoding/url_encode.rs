//! `url_encode(text)`

use std::fmt::Write;

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("url_encode", evaluate);

/// As .NET encodes a query: a space is a plus sign, digits are lower case.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    call.make_strings(|row, out| push_encoded(texts.get(row), "+", out))
}

pub(super) fn push_encoded(text: &str, space: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b' ' => out.push_str(space),
            b'-' | b'_' | b'.' | b'!' | b'*' | b'(' | b')' => out.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "%{byte:02x}");
            }
        }
    }
}
