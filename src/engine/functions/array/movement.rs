//! Elements moved along an array; a negative count moves the other way.

use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

use super::operand::list;

/// Elements that leave at one end come back at the other. `left` is 1 or -1.
pub(super) fn rotated(call: &Call<'_>, left: i64) -> Result<ArrayRef> {
    let (arrays, counts) = (call.jsons(0), call.longs(1));
    call.make_texts(|row, out| {
        let (Some(mut elements), Some(count)) = (list(&arrays, row), counts.get(row)) else { return false };
        if !elements.is_empty() {
            let count = count.wrapping_mul(left).rem_euclid(elements.len() as i64);
            elements.rotate_left(count as usize);
        }
        json::push_array(elements.into_iter().map(Some), out);
        true
    })
}

/// The array keeps its length and the gap is filled. `left` is 1 or -1.
pub(super) fn shifted(call: &Call<'_>, left: i64) -> Result<ArrayRef> {
    let (arrays, counts) = (call.jsons(0), call.longs(1));
    let fills = (call.len() > 2).then(|| call.jsons(2));
    call.make_texts(|row, out| {
        let (Some(elements), Some(count)) = (list(&arrays, row), counts.get(row)) else { return false };
        let fill = fills.as_ref().and_then(|fills| fills.some(row));
        let source = |place: usize| (place as i64).checked_add(count.wrapping_mul(left));
        let element = |place: usize| {
            let source = source(place).and_then(|source| usize::try_from(source).ok());
            source.and_then(|source| elements.get(source).copied()).or(fill)
        };
        json::push_array((0..elements.len()).map(element), out);
        true
    })
}
