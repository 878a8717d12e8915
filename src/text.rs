//! Text for a terminal: display width, clipping and wrapping at grapheme borders, and making hostile text harmless.
//!
//! Everything that comes from data, schemas, services or files passes [`sanitize`] before it is drawn. What was
//! replaced stays visible, because hidden characters are evidence in a hunt; the original value is not touched.

mod decode;

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr};

pub use decode::decode;

/// Stands for a character that must not reach a terminal and has no picture of its own.
pub const REPLACEMENT: char = '\u{FFFD}';
/// Stands where text was cut.
pub const ELLIPSIS: char = '…';
/// Combining marks allowed on one character; no written language needs more.
const MAX_MARKS: usize = 8;

/// Text without any character that moves the cursor, changes the direction of writing, or is invisible: C0, DEL and C1
/// controls, line and paragraph separators, bidirectional marks, zero-width characters, tags. Controls become their
/// pictures (`␛`, `␉`, and `␤` for a line break), the others `�`. Borrowed when there is nothing to do.
pub fn sanitize(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| (0x20..0x7F).contains(&byte)) {
        return Cow::Borrowed(text);
    }
    let Some(first) = first_unsafe(text) else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len() + 16);
    out.push_str(&text[..first]);
    let mut state = State::after(&out);
    for (at, char) in text[first..].char_indices() {
        match state.step(char, text[first + at + char.len_utf8()..].chars().next()) {
            Step::Keep => out.push(char),
            Step::Drop => {}
            Step::Show(picture) => out.push(picture),
        }
    }
    Cow::Owned(out)
}

/// Byte offset of the first character that [`sanitize`] changes.
fn first_unsafe(text: &str) -> Option<usize> {
    let mut state = State::default();
    let mut chars = text.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        if state.step(char, chars.peek().map(|(_, next)| *next)) != Step::Keep {
            return Some(at);
        }
    }
    None
}

/// What becomes of one character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Keep,
    /// Nothing is shown: only for what joins or styles emoji, whose parts are shown.
    Drop,
    Show(char),
}

/// What stands before the next character, as far as it matters.
#[derive(Debug, Default)]
struct State {
    /// The last character that was kept, unless something else came after it.
    base: Option<char>,
    n_marks: usize,
}

impl State {
    /// After text in which nothing was changed.
    fn after(text: &str) -> Self {
        let mut state = Self::default();
        for char in text.chars() {
            state.step(char, None);
        }
        state
    }

    fn step(&mut self, char: char, next: Option<char>) -> Step {
        let step = self.judge(char, next);
        match step {
            Step::Keep if is_mark(char) => self.n_marks += 1,
            Step::Keep => (self.base, self.n_marks) = (Some(char), 0),
            // A style or joiner is allowed once behind its emoji.
            Step::Drop | Step::Show(_) => self.base = None,
        }
        step
    }

    fn judge(&self, char: char, next: Option<char>) -> Step {
        match char {
            '\n' | '\u{2028}' | '\u{2029}' | '\u{85}' => Step::Show('␤'),
            '\0'..'\u{20}' => Step::Show(char::from_u32(0x2400 + char as u32).unwrap_or(REPLACEMENT)),
            '\u{7F}' => Step::Show('␡'),
            ' '..='~' => Step::Keep,
            '\u{FE0E}' | '\u{FE0F}' if self.base.is_some_and(is_symbol) => Step::Drop,
            '\u{200D}' if next.is_some_and(is_symbol) => Step::Drop,
            _ if is_hidden(char) => Step::Show(REPLACEMENT),
            _ if is_mark(char) && self.n_marks >= MAX_MARKS => Step::Show(REPLACEMENT),
            _ => Step::Keep,
        }
    }
}

/// Whether the character may reach a terminal in any company: it has a picture and does nothing else.
pub fn is_shown(char: char) -> bool {
    !char.is_control() && !is_hidden(char)
}

/// Controls, and what Unicode calls default ignorable: characters without a picture.
fn is_hidden(char: char) -> bool {
    matches!(char,
        '\u{80}'..='\u{9F}' | '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
        | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Takes no room of its own: it is drawn onto the character before it.
fn is_mark(char: char) -> bool {
    !char.is_ascii() && char.width() == Some(0)
}

/// A pictograph, as emoji sequences consist of, and not a letter: between letters a joiner hides something.
fn is_symbol(char: char) -> bool {
    !char.is_alphanumeric() && char >= '\u{A9}' && char.width().is_some_and(|width| width > 0)
}

/// Columns that the text takes in a terminal, grapheme by grapheme as they are drawn.
pub fn width(text: &str) -> usize {
    if text.bytes().all(|byte| (0x20..0x7F).contains(&byte)) {
        return text.len();
    }
    text.graphemes(true).map(UnicodeWidthStr::width).sum()
}

/// The text if it fits the columns, else what fits before an `…`. Never cuts a grapheme.
pub fn clip(text: &str, columns: usize) -> Cow<'_, str> {
    // A text of so few bytes cannot be wider.
    if text.len() <= columns && text.is_ascii() || width(text) <= columns {
        return Cow::Borrowed(text);
    }
    if columns == 0 {
        return Cow::Borrowed("");
    }
    let mut clipped = text[..fitting(text, columns - 1)].to_owned();
    clipped.push(ELLIPSIS);
    Cow::Owned(clipped)
}

/// Bytes of the longest start of the text that fits the columns.
fn fitting(text: &str, columns: usize) -> usize {
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        used += grapheme.width();
        if used > columns {
            return at;
        }
    }
    text.len()
}

/// Lines of at most so many columns: broken at line breaks, else behind the last blank that fits, else between
/// graphemes. Blanks at a break are left out. There is at least one line; a grapheme wider than the columns gets its own.
pub fn wrap(text: &str, columns: usize) -> Vec<&str> {
    let columns = columns.max(1);
    let mut lines = Vec::new();
    for line in text.split('\n') {
        let mut rest = line.strip_suffix('\r').unwrap_or(line);
        loop {
            let fits = fitting(rest, columns);
            if fits == rest.len() {
                lines.push(rest);
                break;
            }
            let cut = break_point(rest, fits);
            lines.push(rest[..cut].trim_end_matches(' '));
            rest = rest[cut..].trim_start_matches(' ');
            if rest.is_empty() {
                break;
            }
        }
    }
    lines
}

/// Where a line is broken of which so many bytes fit.
fn break_point(line: &str, fits: usize) -> usize {
    // A blank right behind what fits is as good as one within.
    let reach = if line[fits..].starts_with(' ') { fits + 1 } else { fits };
    match line[..reach].rfind(' ') {
        Some(blank) if !line[..blank].trim().is_empty() => blank + 1,
        _ if fits > 0 => fits,
        _ => line.graphemes(true).next().map_or(line.len(), str::len),
    }
}

#[cfg(test)]
mod tests;
