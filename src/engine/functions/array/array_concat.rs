//! `array_concat(array, …)`

use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

use super::operand::list;

pub(super) const FUNCTION: Function = Function::new("array_concat", evaluate);

/// Null arguments do not count.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let arrays: Vec<_> = (0..call.len()).map(|index| call.jsons(index)).collect();
    call.make_texts(|row, out| {
        let elements = arrays.iter().filter_map(|array| list(array, row)).flatten();
        json::push_array(elements.map(Some), out);
        true
    })
}
