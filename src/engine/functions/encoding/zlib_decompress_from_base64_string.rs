//! `zlib_decompress_from_base64_string(text)`

use flate2::read::ZlibDecoder;

use crate::engine::functions::prelude::*;

use super::inflate::inflated;

pub(super) const FUNCTION: Function = Function::new("zlib_decompress_from_base64_string", evaluate);

/// Empty for what is not zlib, or no text.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    inflated(call, |bytes| Box::new(ZlibDecoder::new(bytes)))
}
