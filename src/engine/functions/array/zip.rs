//! `zip(array, …)`

use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

use super::operand::list;

pub(super) const FUNCTION: Function = Function::new("zip", evaluate);

/// As long as the longest; a shorter one gives nulls.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let arrays: Vec<_> = (0..call.len()).map(|index| call.jsons(index)).collect();
    call.make_texts(|row, out| {
        let Some(lists) = arrays.iter().map(|array| list(array, row)).collect::<Option<Vec<_>>>() else {
            return false;
        };
        let longest = lists.iter().map(Vec::len).max().unwrap_or(0);
        out.push('[');
        for place in 0..longest {
            if place > 0 {
                out.push(',');
            }
            json::push_array(lists.iter().map(|list| list.get(place).copied()), out);
        }
        out.push(']');
        true
    })
}
