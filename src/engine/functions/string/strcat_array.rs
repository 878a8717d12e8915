//! `strcat_array(array, delimiter)`

use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("strcat_array", evaluate);

/// Strings as they are, everything else as JSON, nulls empty; what is no array is its own text.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (arrays, delimiter) = (call.jsons(0), call.strings(1));
    call.make_strings(|row, out| {
        let Some(array) = arrays.some(row) else { return };
        if !json::is_array(array) {
            return out.push_str(&json::leaf_text(array));
        }
        for (index, element) in json::elements(array).enumerate() {
            if index > 0 {
                out.push_str(delimiter.get(row));
            }
            out.push_str(&json::leaf_text(element));
        }
    })
}
