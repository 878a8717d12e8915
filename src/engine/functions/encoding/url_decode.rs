//! `url_decode(text)`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("url_decode", evaluate);

/// A plus sign is a space; a percent sign without two digits stays.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    call.make_strings(|row, out| out.push_str(&String::from_utf8_lossy(&decoded(texts.get(row).as_bytes()))))
}

fn decoded(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let escaped = || {
            let digits = text.get(at + 1..at + 3).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
            u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
        };
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => match escaped() {
                Some(escaped) => {
                    bytes.push(escaped);
                    at += 2;
                }
                None => bytes.push(byte),
            },
            _ => bytes.push(byte),
        }
        at += 1;
    }
    bytes
}
