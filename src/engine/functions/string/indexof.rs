//! `indexof(text, lookup, [start], [length], [occurrence])`

use crate::engine::functions::prelude::*;

use super::window::Window;

pub(super) const FUNCTION: Function = Function::new("indexof", evaluate);

/// Positions are code points; the length bounds where a match may start, not where it ends.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, lookups) = (call.strings(0), call.strings(1));
    let window = Window::new(call);
    call.make_longs(|row| {
        let text = texts.get(row);
        let (first, last) = window.starts(text.chars().count(), row)?;
        let occurrence = window.occurrence(row)?;
        let lookup = lookups.get(row);
        let found = text
            .char_indices()
            .enumerate()
            .skip(first)
            .take_while(|(position, _)| *position <= last)
            .filter(|(_, (at, _))| text[*at..].starts_with(lookup))
            .nth(occurrence - 1);
        Some(found.map_or(-1, |(position, _)| position as i64))
    })
}
