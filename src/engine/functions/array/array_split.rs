//! `array_split(array, index | indices)`

use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

use super::operand::{from_end, list};

pub(super) const FUNCTION: Function = Function::new("array_split", evaluate);

/// An array of the pieces between the positions.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (arrays, cuts) = (call.jsons(0), call.jsons(1));
    call.make_texts(|row, out| {
        let (Some(elements), Some(cuts)) = (list(&arrays, row), cuts.some(row)) else { return false };
        let positions = if json::is_array(cuts) { json::elements(cuts).collect() } else { vec![cuts] };
        let mut start = 0;
        out.push('[');
        for position in positions {
            let Ok(position) = position.parse::<i64>() else { return false };
            let end = from_end(position, elements.len()).clamp(start as i64, elements.len() as i64) as usize;
            json::push_array(elements[start..end].iter().copied().map(Some), out);
            out.push(',');
            start = end;
        }
        json::push_array(elements[start..].iter().copied().map(Some), out);
        out.push(']');
        true
    })
}
