//! Cryptographic digests of a value's text.

use std::fmt::Write;

use sha2::Digest;

use crate::engine::functions::prelude::*;

/// Lower-case hexadecimal digits; the empty text has an empty digest.
pub(super) fn hexadecimal<D: Digest>(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    call.make_strings(|row, out| {
        let text = texts.get(row);
        if !text.is_empty() {
            D::digest(text.as_bytes()).iter().for_each(|byte| {
                let _ = write!(out, "{byte:02x}");
            });
        }
    })
}
