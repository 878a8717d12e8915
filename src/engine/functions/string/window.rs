//! The optional start, length and occurrence of `indexof` and `indexof_regex`.

use crate::engine::functions::call::Call;
use crate::engine::functions::column::Longs;

pub(super) struct Window {
    start: Option<Longs>,
    length: Option<Longs>,
    occurrence: Option<Longs>,
}

impl Window {
    /// Reads the third argument and those after it.
    pub(super) fn new(call: &Call<'_>) -> Self {
        let optional = |index: usize| (call.len() > index).then(|| call.longs(index));
        Self { start: optional(2), length: optional(3), occurrence: optional(4) }
    }

    /// First and last position where a match may start in a text of so many characters. A negative start counts from
    /// the end; a length of -1 does not limit.
    pub(super) fn starts(&self, characters: usize, row: usize) -> Option<(usize, usize)> {
        let count = characters as i64;
        let start = read(self.start.as_ref(), row, 0)?;
        let start = if start < 0 { (count + start).max(0) } else { start };
        let length = read(self.length.as_ref(), row, -1)?;
        let last = if length < 0 { count } else { start.saturating_add(length).saturating_sub(1) };
        if length == 0 {
            return Some((characters + 1, 0));
        }
        Some((start as usize, last as usize))
    }

    /// First and last byte, excluded, of what may be searched; null where the start is negative or a limit is missing.
    pub(super) fn span(&self, text: &str, row: usize) -> Option<(usize, usize)> {
        let start = usize::try_from(read(self.start.as_ref(), row, 0)?).ok()?;
        let length = usize::try_from(read(self.length.as_ref(), row, -1)?).unwrap_or(usize::MAX);
        let byte_at = |character: usize| text.char_indices().nth(character).map_or(text.len(), |(at, _)| at);
        Some((byte_at(start), byte_at(start.saturating_add(length))))
    }

    /// Which match is wanted, from 1.
    pub(super) fn occurrence(&self, row: usize) -> Option<usize> {
        usize::try_from(read(self.occurrence.as_ref(), row, 1)?).ok().filter(|occurrence| *occurrence > 0)
    }
}

fn read(argument: Option<&Longs>, row: usize, absent: i64) -> Option<i64> {
    argument.map_or(Some(absent), |argument| argument.get(row))
}
