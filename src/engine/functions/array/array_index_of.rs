//! `array_index_of(array, value, [start], [length], [occurrence])`

use crate::engine::functions::conversion::Leaf;
use crate::engine::functions::prelude::*;

use super::operand::{from_end, identity, list};

pub(super) const FUNCTION: Function = Function::new("array_index_of", evaluate);

/// -1 when the value is not found; the length counts elements, -1 does not limit.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (arrays, values) = (call.jsons(0), call.jsons(1));
    let optional = |index: usize| (call.len() > index).then(|| call.longs(index));
    let (starts, lengths, occurrences) = (optional(2), optional(3), optional(4));
    call.make_longs(|row| {
        let elements = list(&arrays, row)?;
        let read = |argument: &Option<crate::engine::functions::column::Longs>, absent: i64| {
            argument.as_ref().map_or(Some(absent), |argument| argument.get(row))
        };
        let start = from_end(read(&starts, 0)?, elements.len()).max(0);
        let length = read(&lengths, -1)?;
        let end = if length < 0 { i64::MAX } else { start.saturating_add(length) };
        let occurrence = usize::try_from(read(&occurrences, 1)?).ok()?.checked_sub(1)?;
        let value = found_as(values.some(row).unwrap_or("null"));
        let mut places = (0_i64..)
            .zip(&elements)
            .filter(|(place, element)| (start..end).contains(place) && found_as(element) == value);
        Some(places.nth(occurrence).map_or(-1, |(place, _)| place))
    })
}

/// A text that is equal for what is found as one value: a number is found by its size, 15 as 15.0.
fn found_as(element: &str) -> String {
    match Leaf::of(element) {
        Some(Leaf::Real(real)) if real.fract() == 0.0 && real.abs() < 1e15 => (real as i64).to_string(),
        _ => identity(element),
    }
}
