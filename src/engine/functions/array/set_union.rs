//! `set_union(array, …)`

use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

use super::sets::{distinct, sets};

pub(super) const FUNCTION: Function = Function::new("set_union", evaluate);

/// Distinct elements in the order of their first appearance.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let arrays: Vec<_> = (0..call.len()).map(|index| call.jsons(index)).collect();
    call.make_texts(|row, out| {
        let Some(sets) = sets(&arrays, row) else { return false };
        json::push_array(distinct(sets.into_iter().flatten()).into_iter().map(Some), out);
        true
    })
}
