//! Unpacking a compressed text, with a limit against what unpacks without end.

use std::io::Read;

use crate::engine::functions::prelude::*;

use super::base64::decode;

/// Bytes of the longest text; Kusto's own limit for a value is about one megabyte.
const LONGEST: u64 = 16 << 20;

pub(super) fn inflated(call: &Call<'_>, open: impl for<'b> Fn(&'b [u8]) -> Box<dyn Read + 'b>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    call.make_strings(|row, out| {
        let Some(bytes) = decode(texts.get(row)) else { return };
        if open(&bytes).take(LONGEST).read_to_string(out).is_err() {
            out.clear();
        }
    })
}
