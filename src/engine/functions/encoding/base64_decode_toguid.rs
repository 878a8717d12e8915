//! `base64_decode_toguid(text)`

use std::fmt::Write;

use crate::engine::functions::prelude::*;

use super::base64::decode;

pub(super) const FUNCTION: Function = Function::new("base64_decode_toguid", evaluate);

/// Sixteen bytes in the order of .NET, where the first three fields are turned; null otherwise.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    call.make_texts(|row, out| {
        let Some(bytes) = decode(texts.get(row)).filter(|bytes| bytes.len() == 16) else { return false };
        for place in GUID_ORDER {
            let _ = write!(out, "{:02x}", bytes[place]);
            if matches!(out.len(), 8 | 13 | 18 | 23) {
                out.push('-');
            }
        }
        true
    })
}

/// Where the bytes of a guid's digits lie in its binary form.
pub(super) const GUID_ORDER: [usize; 16] = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
