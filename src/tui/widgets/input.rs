//! One line of text that is typed into, with a cursor.

use ratatui::layout::{Position, Rect};
use unicode_segmentation::UnicodeSegmentation as _;

use super::Painter;
use crate::text;
use crate::tui::action::Action;
use crate::tui::panes::editor::clean_paste;

/// A line of text and the place in it at which one types.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::tui) struct Input {
    text: String,
    /// Bytes before the cursor; always the end of a grapheme.
    cursor: usize,
    /// The text was put there and nothing was done to it yet: the first character takes its place.
    fresh: bool,
}

impl Input {
    /// With a text to go on from, the cursor behind it.
    pub(in crate::tui) fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { cursor: text.len(), text, fresh: false }
    }

    /// With a text that is more likely to be replaced than changed.
    pub(in crate::tui) fn to_replace(text: impl Into<String>) -> Self {
        Self { fresh: true, ..Self::new(text) }
    }

    pub(in crate::tui) fn text(&self) -> &str {
        &self.text
    }

    pub(in crate::tui) fn before_cursor(&self) -> &str {
        &self.text[..self.cursor]
    }

    /// Puts this in the place of what stands before the cursor.
    pub(in crate::tui) fn replace_before(&mut self, text: &str) {
        self.text.replace_range(..self.cursor, text);
        self.cursor = text.len();
        self.fresh = false;
    }

    /// Puts a character at the cursor; a control character is none.
    pub(in crate::tui) fn type_char(&mut self, typed: char) {
        if typed.is_control() {
            return;
        }
        if std::mem::take(&mut self.fresh) {
            self.text.clear();
            self.cursor = 0;
        }
        self.text.insert(self.cursor, typed);
        self.cursor += typed.len_utf8();
    }

    /// Puts pasted text at the cursor, its line ends as blanks.
    pub(in crate::tui) fn paste(&mut self, pasted: &str) {
        let (clean, _) = clean_paste(pasted);
        let line = clean.trim_end().replace(char::is_control, " ");
        if line.is_empty() {
            return;
        }
        if std::mem::take(&mut self.fresh) {
            self.text.clear();
            self.cursor = 0;
        }
        self.text.insert_str(self.cursor, &line);
        self.cursor += line.len();
    }

    /// Moves the cursor or takes text away; false for an action that does neither.
    pub(in crate::tui) fn act(&mut self, action: Action) -> bool {
        match action {
            Action::Left => self.cursor = self.before(),
            Action::Right => self.cursor = self.behind(),
            Action::WordLeft => self.cursor = self.word_before(),
            Action::LineStart => self.cursor = 0,
            Action::LineEnd => self.cursor = self.text.len(),
            Action::DeleteBack => self.take(self.before(), self.cursor),
            Action::DeleteForward => self.take(self.cursor, self.behind()),
            Action::DeleteWordBack => self.take(self.word_before(), self.cursor),
            _ => return false,
        }
        self.fresh = false;
        true
    }

    fn take(&mut self, start: usize, end: usize) {
        self.text.replace_range(start..end, "");
        self.cursor = start;
    }

    fn before(&self) -> usize {
        self.text[..self.cursor].grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn behind(&self) -> usize {
        self.text[self.cursor..].graphemes(true).next().map_or(self.cursor, |it| self.cursor + it.len())
    }

    fn word_before(&self) -> usize {
        let before = self.text[..self.cursor].trim_end();
        before.rfind(char::is_whitespace).map_or(0, |at| before.ceil_char_boundary(at + 1))
    }

    /// Draws the end of the line that holds the cursor, and says where the cursor is.
    pub(in crate::tui) fn draw(&self, paint: &mut Painter<'_>, area: Rect) -> Option<Position> {
        if area.is_empty() {
            return None;
        }
        let room = usize::from(area.width).saturating_sub(1);
        // As much as can be seen before the cursor, in whole graphemes: a line may be as long as what one can paste.
        let (mut first, mut columns) = (self.cursor, 0);
        for grapheme in self.text[..self.cursor].graphemes(true).rev() {
            columns += text::width(&text::sanitize(grapheme));
            if columns > room {
                break;
            }
            first -= grapheme.len();
        }
        let behind: usize = self.text[self.cursor..].graphemes(true).take(room + 1).map(str::len).sum();
        let style = if self.fresh { paint.look.scope(crate::config::Scope::Selection) } else { paint.look.text() };
        let x = paint.text(area, area.x, &self.text[first..self.cursor], style);
        paint.text(area, x, &self.text[self.cursor..self.cursor + behind], style);
        Some(Position { x: x.min(area.right() - 1), y: area.y })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_changed_at_its_cursor_in_whole_graphemes() {
        let mut input = Input::new("one e\u{301}two");
        for _ in 0..3 {
            input.act(Action::Left);
        }
        input.act(Action::DeleteBack);
        input.type_char('X');
        input.type_char('\u{1b}');
        assert_eq!(input.text(), "one Xtwo");
        input.act(Action::DeleteWordBack);
        assert_eq!(input.text(), "one two");
        input.act(Action::LineStart);
        input.act(Action::DeleteForward);
        input.paste("a\nb\n");
        assert_eq!(input.text(), "a bne two");
        assert!(!input.act(Action::Run));
    }

    #[test]
    fn what_was_put_there_is_replaced_by_what_is_typed() {
        let mut input = Input::to_replace("old");
        input.type_char('n');
        assert_eq!(input.text(), "n");
        let mut input = Input::to_replace("old");
        input.act(Action::LineEnd);
        input.type_char('n');
        assert_eq!(input.text(), "oldn");
    }
}
