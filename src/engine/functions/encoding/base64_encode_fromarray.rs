//! `base64_encode_fromarray(array)`

use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

use super::base64::encode;

pub(super) const FUNCTION: Function = Function::new("base64_encode_fromarray", evaluate);

/// Empty when an element is not a byte.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let arrays = call.jsons(0);
    call.make_strings(|row, out| {
        let bytes: Option<Vec<u8>> = json::elements(arrays.get(row)).map(|element| element.parse().ok()).collect();
        if let Some(bytes) = bytes {
            encode(&bytes, out);
        }
    })
}
