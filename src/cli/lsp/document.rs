//! An open document: its text, and places in it as the protocol counts them: lines, and UTF-16 code units in a line.

use std::ops::Range;

use lsp_types::{Position, Range as Lines};

use crate::kql::Span;
use crate::library::queries;

pub(super) struct Document {
    pub(super) version: i32,
    text: String,
    /// The byte at which each line begins.
    starts: Vec<usize>,
}

impl Document {
    pub(super) fn new(text: String, version: i32) -> Self {
        let mut document = Self { version, text, starts: Vec::new() };
        document.find_lines();
        document
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Puts text in the place of a range, or of everything.
    pub(super) fn change(&mut self, range: Option<Lines>, text: &str) {
        match range {
            Some(range) => {
                let span = self.span(range);
                self.text.replace_range(span, text);
            }
            None => text.clone_into(&mut self.text),
        }
        self.find_lines();
    }

    /// A line ends at `\n`, `\r\n` or `\r`.
    fn find_lines(&mut self) {
        let bytes = self.text.as_bytes();
        let ends = (0..bytes.len())
            .filter(|at| bytes[*at] == b'\n' || bytes[*at] == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
        self.starts = std::iter::once(0).chain(ends.map(|at| at + 1)).collect();
    }

    /// The byte that a position means; one behind the end of its line means that end.
    pub(super) fn offset(&self, position: Position) -> usize {
        let Some(start) = self.starts.get(position.line as usize).copied() else { return self.text.len() };
        let next = self.starts.get(position.line as usize + 1).copied().unwrap_or(self.text.len());
        let line = self.text[start..next].trim_end_matches(['\n', '\r']);
        let mut units = position.character as usize;
        for (at, character) in line.char_indices() {
            if units < character.len_utf16() {
                return start + at;
            }
            units -= character.len_utf16();
        }
        start + line.len()
    }

    pub(super) fn span(&self, range: Lines) -> Range<usize> {
        let start = self.offset(range.start);
        start..self.offset(range.end).max(start)
    }

    pub(super) fn position(&self, offset: usize) -> Position {
        let offset = self.text.floor_char_boundary(offset);
        let line = self.starts.partition_point(|it| *it <= offset) - 1;
        let units = self.text[self.starts[line]..offset].chars().map(char::len_utf16).sum::<usize>();
        Position { line: line as u32, character: units as u32 }
    }

    pub(super) fn range(&self, span: &Span) -> Lines {
        Lines { start: self.position(span.start), end: self.position(span.end) }
    }

    /// Where the queries of the text stand.
    pub(super) fn queries(&self) -> Vec<Span> {
        queries(&self.text)
    }

    /// The query that an offset is in, with the blanks behind it up to the offset; an empty one apart from all queries.
    pub(super) fn query_at(&self, offset: usize) -> Span {
        let queries = self.queries();
        let above = queries.into_iter().rev().find(|it| it.start <= offset);
        match above {
            Some(query) if offset <= query.end => query,
            Some(query) if is_joined(&self.text[query.end..offset]) => query.start..offset,
            _ => offset..offset,
        }
    }
}

/// True for blanks that do not part two queries.
fn is_joined(gap: &str) -> bool {
    gap.trim().is_empty() && gap.matches('\n').count() < 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn places_count_utf16_and_every_line_end() {
        let document = Document::new("a😀b\r\nc\rd\n".to_owned(), 1);
        for (offset, place) in
            [(0, at(0, 0)), (1, at(0, 1)), (5, at(0, 3)), (6, at(0, 4)), (8, at(1, 0)), (10, at(2, 0))]
        {
            assert_eq!(document.position(offset), place, "{offset}");
            assert_eq!(document.offset(place), offset, "{offset}");
        }
        assert_eq!(document.position(12), at(3, 0));
        // Between the halves of a surrogate pair, behind the end of a line, behind the end of the text.
        assert_eq!(document.offset(at(0, 2)), 1);
        assert_eq!(document.offset(at(0, 99)), 6);
        assert_eq!(document.offset(at(99, 0)), 12);
    }

    #[test]
    fn changes_are_made_one_after_another() {
        let mut document = Document::new("abc\ndef".to_owned(), 1);
        document.change(Some(Lines { start: at(0, 1), end: at(1, 1) }), "X\n");
        assert_eq!(document.text(), "aX\nef");
        document.change(Some(Lines { start: at(1, 2), end: at(1, 2) }), "!");
        assert_eq!(document.text(), "aX\nef!");
        document.change(None, "");
        assert_eq!((document.text(), document.offset(at(5, 5))), ("", 0));
    }
}
