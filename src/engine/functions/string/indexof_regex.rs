//! `indexof_regex(text, regex, [start], [length], [occurrence])`

use crate::engine::functions::prelude::*;

use super::window::Window;

pub(super) const FUNCTION: Function = Function::new("indexof_regex", evaluate);

/// Positions are code points. The whole match must lie inside start and length; a negative start gives null.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    let regexes = call.regexes(1)?;
    let window = Window::new(call);
    let places: Vec<Option<i64>> = (0..call.rows())
        .map(|row| {
            let regex = regexes.get(row)?;
            let text = texts.get(row);
            Ok(window.span(text, row).zip(window.occurrence(row)).map(|((from, to), occurrence)| {
                let inside = text.get(from..to).unwrap_or_default();
                let found = regex.find_iter(inside).nth(occurrence - 1);
                found.map_or(-1, |found| text[..from + found.start()].chars().count() as i64)
            }))
        })
        .collect::<Result<_>>()?;
    call.make_longs(|row| places[row])
}
