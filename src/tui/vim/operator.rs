//! What is done with a range of the text.

use std::ops::Range;

use super::Step;
use super::motion::{Motion, Takes, class, first_letter, indent, line, next, on_letter, right_in_line};
use crate::kql::TextEdit;

/// Blanks that `>` puts before a line.
const INDENT: usize = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Delete,
    Change,
    Yank,
    Indent,
    Outdent,
    Upper,
    Lower,
    TurnCase,
}

impl Operator {
    pub(super) fn of(letter: char) -> Option<Self> {
        Some(match letter {
            'd' => Self::Delete,
            'c' => Self::Change,
            'y' => Self::Yank,
            '>' => Self::Indent,
            '<' => Self::Outdent,
            _ => return None,
        })
    }

    pub(super) fn behind_g(letter: char) -> Option<Self> {
        Some(match letter {
            'U' => Self::Upper,
            'u' => Self::Lower,
            '~' => Self::TurnCase,
            _ => return None,
        })
    }

    pub(super) fn in_visual(letter: char) -> Option<Self> {
        match letter {
            'x' | 'X' | 'D' => Some(Self::Delete),
            's' | 'C' => Some(Self::Change),
            'Y' => Some(Self::Yank),
            'U' | 'u' | '~' => Self::behind_g(letter),
            letter => Self::of(letter),
        }
    }

    /// `dd`, `yy`, `gUU`: the same letter again means the line.
    pub(super) fn is_doubled_by(self, letter: char) -> bool {
        Self::of(letter) == Some(self) || Self::behind_g(letter) == Some(self)
    }

    /// True when what it is about can be put elsewhere.
    pub(super) fn takes(self) -> bool {
        matches!(self, Self::Delete | Self::Change | Self::Yank)
    }

    /// `cw` leaves the blanks behind a word, and `dw` on the last word of a line stays on the line.
    pub(super) fn bent(self, motion: Motion, letter: char, text: &str, at: usize) -> Motion {
        if !matches!(letter, 'w' | 'W') || motion.to <= at {
            return motion;
        }
        let blank_end = |end: usize| at + text[at..end].trim_end().len();
        let is_on_word = text[at..].chars().next().is_some_and(|it| class(it, false) != 0);
        if self == Self::Change && is_on_word {
            return Motion { to: blank_end(motion.to).max(next(text, at)), takes: Takes::Before };
        }
        let end = line(text, at).end;
        let spans_lines = motion.to > end && text[end..motion.to].trim().is_empty();
        if spans_lines && end > at { Motion { to: end, takes: Takes::Before } } else { motion }
    }

    /// The steps for a range; `lines` when it is of whole lines, with the end of the last one.
    pub(super) fn steps(self, text: &str, range: Range<usize>, lines: bool, at: usize) -> Vec<Step> {
        match self {
            Self::Yank => vec![Step::Go(if lines && range.start <= at && at <= range.end { at } else { range.start })],
            Self::Delete if range.is_empty() => Vec::new(),
            Self::Delete => deleted(text, range, lines),
            Self::Change => changed(text, range, lines),
            Self::Indent | Self::Outdent => shifted(text, range, self == Self::Indent),
            Self::Upper => written(range.clone(), text[range].to_uppercase()),
            Self::Lower => written(range.clone(), text[range].to_lowercase()),
            Self::TurnCase => turned_case(text, range, false),
        }
    }
}

fn written(span: Range<usize>, text: String) -> Vec<Step> {
    let cursor = span.start;
    vec![Step::Edit { edits: vec![TextEdit { span, text }], cursor }]
}

fn deleted(text: &str, mut range: Range<usize>, lines: bool) -> Vec<Step> {
    if lines && range.end == text.len() && !text[range.clone()].ends_with('\n') && range.start > 0 {
        // The last line goes with the line end before it.
        range.start -= 1;
    }
    let rest =
        format!("{}{}", &text[line(text, range.start).start..range.start], &text[range.end..line(text, range.end).end]);
    let line_start = line(text, range.start).start;
    let cursor = if !lines {
        line_start + on_letter(&rest, range.start - line_start)
    } else if range.end == text.len() {
        // The line before is the last one now.
        let last = line(text, range.start);
        last.start + indent(&text[last.start..range.start.max(last.start)]).len()
    } else {
        range.start + indent(&text[range.end..line(text, range.end).end]).len()
    };
    vec![Step::Edit { edits: vec![TextEdit { span: range, text: String::new() }], cursor }]
}

/// Changed lines leave one with the indentation of the first.
fn changed(text: &str, mut range: Range<usize>, lines: bool) -> Vec<Step> {
    if lines {
        range.start += indent(&text[range.clone()]).len();
        if range.end > range.start && text[range.clone()].ends_with('\n') {
            range.end -= 1;
        }
    }
    let cursor = range.start;
    if range.is_empty() {
        return vec![Step::Go(cursor)];
    }
    written(range, String::new())
}

fn shifted(text: &str, range: Range<usize>, more: bool) -> Vec<Step> {
    let mut edits = Vec::new();
    let mut at = line(text, range.start).start;
    while at < range.end.max(range.start + 1) && at <= text.len() {
        let line = line(text, at);
        let blanks = indent(&text[line.clone()]);
        if more && !line.is_empty() {
            edits.push(TextEdit { span: at..at, text: " ".repeat(INDENT) });
        } else if !more && !blanks.is_empty() {
            let taken = if blanks.starts_with('\t') { 1 } else { blanks.len().min(INDENT) };
            edits.push(TextEdit { span: at..at + taken, text: String::new() });
        }
        at = line.end + 1;
    }
    if edits.is_empty() {
        return Vec::new();
    }
    let first = first_letter(text, range.start);
    let by = edits.first().map_or(0, |it| it.text.len() as isize - it.span.len() as isize);
    vec![Step::Edit { edits, cursor: first.saturating_add_signed(by) }]
}

/// `~`: small letters become capital ones and the reverse; the cursor goes on behind them where that is wanted.
pub(super) fn turned_case(text: &str, range: Range<usize>, go_on: bool) -> Vec<Step> {
    if range.is_empty() {
        return Vec::new();
    }
    let turn = |it: char| -> String {
        if it.is_uppercase() { it.to_lowercase().collect() } else { it.to_uppercase().collect() }
    };
    let turned: String = text[range.clone()].chars().map(turn).collect();
    let line_end = line(text, range.start).end;
    let behind = range.start + turned.len();
    let cursor = if go_on && range.end < line_end {
        behind
    } else if go_on {
        behind - turned.chars().next_back().map_or(0, char::len_utf8)
    } else {
        range.start
    };
    vec![Step::Edit { edits: vec![TextEdit { span: range, text: turned }], cursor }]
}

/// `r`: so many letters become another one; nothing when there are not so many.
pub(super) fn replaced(text: &str, at: usize, letter: char, n: usize) -> Vec<Step> {
    let end = right_in_line(text, at, n);
    let short = right_in_line(text, at, n.saturating_sub(1));
    if end == short {
        return Vec::new();
    }
    let text = letter.to_string().repeat(n);
    let cursor = at + text.len() - letter.len_utf8();
    vec![Step::Edit { edits: vec![TextEdit { span: at..end, text }], cursor }]
}

/// Every letter of a range becomes another one.
pub(super) fn filled(text: &str, range: Range<usize>, letter: char) -> Vec<Step> {
    let filled = text[range.clone()].chars().map(|it| if it == '\n' { it } else { letter }).collect();
    let mut steps = vec![Step::Unselect];
    steps.extend(written(range, filled));
    steps
}

/// `J`: so many lines become one, with one blank between them.
pub(super) fn joined(text: &str, at: usize, n: usize) -> Vec<Step> {
    let mut edits = Vec::new();
    let mut here = line(text, at);
    let mut cursor = here.end;
    let mut shift = 0_isize;
    for _ in 1..n {
        if here.end >= text.len() {
            break;
        }
        let below = line(text, here.end + 1);
        let start = here.start + text[here.clone()].trim_end_matches([' ', '\t']).len();
        let end = below.start + indent(&text[below.clone()]).len();
        let blank = if end == below.end || text[end..].starts_with(')') { "" } else { " " };
        cursor = start.saturating_add_signed(shift);
        shift += blank.len() as isize - (end - start) as isize;
        edits.push(TextEdit { span: start..end, text: blank.to_owned() });
        here = below;
    }
    if edits.is_empty() { Vec::new() } else { vec![Step::Edit { edits, cursor }] }
}
