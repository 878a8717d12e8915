//! `array_slice(array, start, end)`

use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

use super::operand::{from_end, list};

pub(super) const FUNCTION: Function = Function::new("array_slice", evaluate);

/// Both ends included; negative ones count from the end.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (arrays, starts, ends) = (call.jsons(0), call.longs(1), call.longs(2));
    call.make_texts(|row, out| {
        let (Some(elements), Some(start), Some(end)) = (list(&arrays, row), starts.get(row), ends.get(row)) else {
            return false;
        };
        let start = from_end(start, elements.len()).max(0);
        let end = from_end(end, elements.len());
        let inside = elements.iter().enumerate().filter(|(place, _)| (start..=end).contains(&(*place as i64)));
        json::push_array(inside.map(|(_, element)| Some(*element)), out);
        true
    })
}
