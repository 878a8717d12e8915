//! `array_reverse(array)`

use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

use super::operand::list;

pub(super) const FUNCTION: Function = Function::new("array_reverse", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let arrays = call.jsons(0);
    call.make_texts(|row, out| {
        let Some(elements) = list(&arrays, row) else { return false };
        json::push_array(elements.into_iter().rev().map(Some), out);
        true
    })
}
