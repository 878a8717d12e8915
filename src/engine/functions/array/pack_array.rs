//! `pack_array(value, …)`

use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("pack_array", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let values: Vec<_> = (0..call.len()).map(|index| call.jsons(index)).collect();
    call.make_texts(|row, out| {
        json::push_array(values.iter().map(|value| value.some(row)), out);
        true
    })
}
