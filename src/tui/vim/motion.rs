//! Where the cursor goes.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation as _;

use crate::kql::bracket_pair;

/// A text of more bytes is not read for its brackets between two keys.
const MAX_BRACKETS: usize = 100_000;

/// A place, and what an operator takes on the way to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Motion {
    pub(super) to: usize,
    pub(super) takes: Takes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// Up to the place.
    Before,
    /// The letter there, too.
    Inclusive,
    /// Whole lines.
    Lines,
}

impl Motion {
    fn before(to: usize) -> Self {
        Self { to, takes: Takes::Before }
    }

    fn inclusive(to: usize) -> Self {
        Self { to, takes: Takes::Inclusive }
    }

    fn lines(to: usize) -> Self {
        Self { to, takes: Takes::Lines }
    }

    /// The bytes between the cursor and the place, and whether they are whole lines.
    pub(super) fn range(self, text: &str, at: usize) -> (Range<usize>, bool) {
        let (start, end) = (self.to.min(at), self.to.max(at));
        match self.takes {
            Takes::Before => (start..end, false),
            Takes::Inclusive => (start..next(text, end), false),
            Takes::Lines => {
                let last = line(text, end).end;
                (line(text, start).start..(last + 1).min(text.len()), true)
            }
        }
    }
}

/// The line around a place, without its end.
pub(super) fn line(text: &str, at: usize) -> Range<usize> {
    let start = memchr::memrchr(b'\n', &text.as_bytes()[..at]).map_or(0, |it| it + 1);
    let end = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |it| at + it);
    start..end
}

/// So many lines from the one around a place on, with their ends.
pub(super) fn lines(text: &str, at: usize, n: usize) -> Range<usize> {
    let first = line(text, at);
    let mut end = first.end;
    for _ in 1..n {
        if end >= text.len() {
            break;
        }
        end = line(text, end + 1).end;
    }
    first.start..(end + 1).min(text.len())
}

/// Behind the grapheme at a place.
pub(super) fn next(text: &str, at: usize) -> usize {
    text[at..].graphemes(true).next().map_or(at, |it| at + it.len())
}

fn before(text: &str, at: usize) -> usize {
    let start = line(text, at).start;
    if start == at {
        return at.saturating_sub(1);
    }
    text[start..at].grapheme_indices(true).next_back().map_or(start, |(it, _)| start + it)
}

/// The grapheme before a place, on its line.
pub(super) fn left(text: &str, at: usize) -> usize {
    if line(text, at).start == at { at } else { before(text, at) }
}

/// The grapheme before a place, wherever it is.
pub(super) fn left_of(text: &str, at: usize) -> usize {
    if at == 0 { 0 } else { before(text, at) }
}

pub(super) fn left_in_line(text: &str, at: usize, n: usize) -> usize {
    (0..n).fold(at, |at, _| left(text, at))
}

pub(super) fn right_in_line(text: &str, at: usize, n: usize) -> usize {
    let end = line(text, at).end;
    (0..n).fold(at, |at, _| if at < end { next(text, at) } else { at })
}

/// In normal mode the cursor stands on a letter, not behind the last one.
pub(super) fn on_letter(text: &str, at: usize) -> usize {
    let line = line(text, at);
    if at == line.end && !line.is_empty() { before(text, at) } else { at }
}

/// Graphemes before a place on its line.
pub(super) fn column(text: &str, at: usize) -> usize {
    text[line(text, at).start..at].graphemes(true).count()
}

/// The blanks at the start of a line.
pub(super) fn indent(line: &str) -> &str {
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

pub(super) fn first_letter(text: &str, at: usize) -> usize {
    let line = line(text, at);
    line.start + indent(&text[line.clone()]).len()
}

/// j and k: so many lines down or up, at a column.
pub(super) fn vertical(text: &str, at: usize, down: bool, n: usize, goal: usize) -> Motion {
    let mut here = line(text, at);
    for _ in 0..n {
        here = match down {
            true if here.end < text.len() => line(text, here.end + 1),
            false if here.start > 0 => line(text, here.start - 1),
            _ => break,
        };
    }
    Motion::lines(right_in_line(text, here.start, goal))
}

/// Motions of one key.
pub(super) fn plain(letter: char, text: &str, at: usize, count: Option<usize>, n: usize) -> Option<Motion> {
    Some(match letter {
        'h' => Motion::before(left_in_line(text, at, n)),
        'l' | ' ' => Motion::before(right_in_line(text, at, n)),
        'w' | 'W' => Motion::before((0..n).fold(at, |at, _| word_forward(text, at, letter == 'W'))),
        'b' | 'B' => Motion::before((0..n).fold(at, |at, _| word_back(text, at, letter == 'B'))),
        'e' | 'E' => Motion::inclusive((0..n).fold(at, |at, _| word_end(text, at, letter == 'E'))),
        '0' => Motion::before(line(text, at).start),
        '^' | '_' => Motion::before(first_letter(text, at)),
        '$' => {
            let last = lines(text, at, n);
            let end = if text[last.clone()].ends_with('\n') { last.end - 1 } else { last.end };
            Motion::inclusive(on_letter(text, end))
        }
        'G' => Motion::lines(first_letter(text, count.map_or(text.len(), |it| nth_line(text, it)))),
        '{' => Motion::before((0..n).fold(at, |at, _| blank_line_before(text, at))),
        '}' => Motion::before((0..n).fold(at, |at, _| blank_line_behind(text, at))),
        '%' => Motion::inclusive(other_bracket(text, at)?),
        _ => return None,
    })
}

/// `gg`, `ge`, `g_`.
pub(super) fn behind_g(letter: char, text: &str, at: usize, count: Option<usize>) -> Option<Motion> {
    match letter {
        'g' => Some(Motion::lines(first_letter(text, count.map_or(0, |it| nth_line(text, it))))),
        'e' => {
            let start = word_back(text, next(text, at).min(text.len()), false);
            let from = if start >= at { word_back(text, at, false) } else { start };
            Some(Motion::inclusive(word_end(text, left_of(text, from), false).min(at)))
        }
        '_' => {
            let line = line(text, at);
            let end = line.start + text[line.clone()].trim_end().len();
            Some(Motion::inclusive(on_letter(text, end)))
        }
        _ => None,
    }
}

/// The start of a line by its number.
fn nth_line(text: &str, number: usize) -> usize {
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).map(|it| it + 1);
    std::iter::once(0).chain(ends).take(number.max(1)).last().unwrap_or(0)
}

/// f, F, t and T.
pub(super) fn find(text: &str, at: usize, kind: char, letter: char, n: usize) -> Option<Motion> {
    let line = line(text, at);
    let forward = matches!(kind, 'f' | 't');
    let found = if forward {
        let from = next(text, at).min(line.end);
        text[from..line.end].match_indices(letter).nth(n - 1).map(|(it, _)| from + it)
    } else {
        text[line.start..at].rmatch_indices(letter).nth(n - 1).map(|(it, _)| line.start + it)
    }?;
    Some(match kind {
        'f' => Motion::inclusive(found),
        't' => Motion::inclusive(left(text, found)),
        'F' => Motion::before(found),
        _ => Motion::before(next(text, found)),
    })
}

/// The same again; t and T do not stop where they stand already.
pub(super) fn find_again(text: &str, at: usize, kind: char, letter: char, n: usize) -> Option<Motion> {
    let from = match kind {
        't' => right_in_line(text, at, 1),
        'T' => left(text, at),
        _ => at,
    };
    find(text, from, kind, letter, n)
}

/// The same in the other direction.
pub(super) fn turned(kind: char) -> char {
    if kind.is_lowercase() { kind.to_ascii_uppercase() } else { kind.to_ascii_lowercase() }
}

/// What runs of letters are made of: blanks, letters of words, others.
pub(super) fn class(letter: char, big: bool) -> u8 {
    match letter {
        it if it.is_whitespace() => 0,
        it if big || it.is_alphanumeric() || it == '_' => 1,
        _ => 2,
    }
}

fn class_at(text: &str, at: usize, big: bool) -> u8 {
    text[at..].chars().next().map_or(0, |it| class(it, big))
}

fn word_forward(text: &str, mut at: usize, big: bool) -> usize {
    let start = class_at(text, at, big);
    while at < text.len() && start != 0 && class_at(text, at, big) == start {
        at = next(text, at);
    }
    while at < text.len() && class_at(text, at, big) == 0 {
        let begins_line = text[at..].starts_with('\n');
        at = next(text, at);
        // An empty line is a word.
        if begins_line && text[at..].starts_with('\n') {
            return at;
        }
    }
    at
}

fn word_back(text: &str, mut at: usize, big: bool) -> usize {
    while at > 0 {
        at = left_of(text, at);
        if class_at(text, at, big) != 0 {
            break;
        }
    }
    let here = class_at(text, at, big);
    while at > 0 && here != 0 {
        let before = left_of(text, at);
        if class_at(text, before, big) != here {
            break;
        }
        at = before;
    }
    at
}

fn word_end(text: &str, mut at: usize, big: bool) -> usize {
    at = next(text, at);
    while at < text.len() && class_at(text, at, big) == 0 {
        at = next(text, at);
    }
    let here = class_at(text, at.min(text.len()), big);
    loop {
        let behind = next(text, at);
        if behind >= text.len() || class_at(text, behind, big) != here {
            return on_letter(text, at.min(text.len()));
        }
        at = behind;
    }
}

fn blank_line_before(text: &str, at: usize) -> usize {
    let mut here = line(text, at);
    while here.start > 0 {
        here = line(text, here.start - 1);
        if here.is_empty() {
            return here.start;
        }
    }
    0
}

fn blank_line_behind(text: &str, at: usize) -> usize {
    let mut here = line(text, at);
    while here.end < text.len() {
        here = line(text, here.end + 1);
        if here.is_empty() {
            return here.start;
        }
    }
    text.len()
}

/// The bracket that belongs to the one at the cursor, or to the next one on the line.
fn other_bracket(text: &str, at: usize) -> Option<usize> {
    if text.len() > MAX_BRACKETS {
        return None;
    }
    let end = line(text, at).end;
    let first = at + text[at..end].find(['(', ')', '[', ']', '{', '}'])?;
    let (open, close) = bracket_pair(text, first)?;
    Some(if open.start == first { close.start } else { open.start })
}
