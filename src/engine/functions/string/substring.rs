//! `substring(text, start, [length])`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("substring", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, starts) = (call.strings(0), call.longs(1));
    let lengths = (call.len() > 2).then(|| call.longs(2));
    call.make_strings(|row, out| {
        let length = match &lengths {
            Some(lengths) => lengths.get(row),
            None => Some(i64::MAX),
        };
        if let (Some(start), Some(length)) = (starts.get(row), length) {
            out.push_str(part(texts.get(row), start, length));
        }
    })
}

/// Positions are code points; a negative start counts from the end, and one before the beginning finds nothing.
fn part(text: &str, start: i64, length: i64) -> &str {
    let start = if start < 0 { text.chars().count() as i64 + start } else { start };
    if start < 0 || length <= 0 {
        return "";
    }
    let rest = skip(text, start as usize);
    &rest[..rest.len() - skip(rest, length as usize).len()]
}

/// What follows the first `count` characters.
fn skip(text: &str, count: usize) -> &str {
    if text.is_ascii() {
        return text.get(count..).unwrap_or_default();
    }
    text.char_indices().nth(count).map_or("", |(at, _)| &text[at..])
}
