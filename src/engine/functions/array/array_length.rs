//! `array_length(array)`

use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("array_length", evaluate);

/// Null for what is no array.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let arrays = call.jsons(0);
    call.make_longs(|row| {
        let array = arrays.some(row).filter(|array| json::is_array(array))?;
        Some(json::elements(array).count() as i64)
    })
}
