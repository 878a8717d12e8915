//! Text objects: what `i` and `a` take around the cursor.

use std::ops::Range;

use super::motion::{class, line, next};
use crate::kql::stage_at;

/// A text of more bytes is not read for its stages between two keys.
const MAX_STAGES: usize = 200_000;

/// The object that a letter names; `around` with what goes with it.
pub(super) fn find(text: &str, at: usize, letter: char, around: bool) -> Option<Range<usize>> {
    match letter {
        'w' | 'W' => Some(word(text, at, letter == 'W', around)),
        '"' | '\'' | '`' => quoted(text, at, letter, around),
        '(' | ')' | 'b' => bracketed(text, at, '(', ')', around),
        '[' | ']' => bracketed(text, at, '[', ']', around),
        '{' | '}' | 'B' => bracketed(text, at, '{', '}', around),
        'p' => Some(paragraph(text, at, around)),
        // A stage of the pipeline is to a query what a sentence is to a text.
        's' | '|' => stage(text, at, around),
        _ => None,
    }
}

fn word(text: &str, at: usize, big: bool, around: bool) -> Range<usize> {
    let line = line(text, at);
    let class_of = |at: usize| text[at..].chars().next().map_or(0, |it| class(it, big));
    let here = if at < line.end { class_of(at) } else { 0 };
    let run_end = |from: usize, wanted: u8| {
        let mut end = from;
        while end < line.end && class_of(end) == wanted {
            end = next(text, end);
        }
        end
    };
    let run_start = |from: usize, wanted: u8| {
        let before = text[line.start..from].char_indices().rev();
        before.take_while(|(_, it)| class(*it, big) == wanted).last().map_or(from, |(it, _)| line.start + it)
    };
    let range = run_start(at, here)..run_end(at, here);
    if !around {
        return range;
    }
    let behind = run_end(range.end, 0);
    if here == 0 {
        let class = if range.end < line.end { class_of(range.end) } else { 0 };
        return range.start..run_end(range.end, class);
    }
    if behind > range.end { range.start..behind } else { run_start(range.start, 0)..range.end }
}

/// A string on the line: the one that the cursor is in, else the next one.
fn quoted(text: &str, at: usize, quote: char, around: bool) -> Option<Range<usize>> {
    let line = line(text, at);
    let mut quotes = Vec::new();
    let mut is_escaped = false;
    for (place, letter) in text[line.clone()].char_indices() {
        if letter == quote && !is_escaped {
            quotes.push(line.start + place);
        }
        is_escaped = letter == '\\' && !is_escaped;
    }
    let pair = quotes.chunks_exact(2).find(|it| at <= it[1])?;
    Some(if around { pair[0]..pair[1] + 1 } else { pair[0] + 1..pair[1] })
}

fn bracketed(text: &str, at: usize, open: char, close: char, around: bool) -> Option<Range<usize>> {
    let mut depth = 0_usize;
    let on_open = text[at..].starts_with(open);
    let start = if on_open {
        at
    } else {
        text[..at].char_indices().rev().find_map(|(place, letter)| {
            if letter == close {
                depth += 1;
            } else if letter == open {
                if depth == 0 {
                    return Some(place);
                }
                depth -= 1;
            }
            None
        })?
    };
    let mut depth = 0_usize;
    let end = text[start..].char_indices().find_map(|(place, letter)| {
        if letter == open {
            depth += 1;
        } else if letter == close {
            depth -= 1;
        }
        (depth == 0).then_some(start + place)
    })?;
    Some(if around { start..end + 1 } else { start + 1..end })
}

/// Lines without a blank one between them.
fn paragraph(text: &str, at: usize, around: bool) -> Range<usize> {
    let is_blank = |it: &Range<usize>| text[it.clone()].trim().is_empty();
    let here = line(text, at);
    let wanted = is_blank(&here);
    let mut first = here.clone();
    while first.start > 0 {
        let before = line(text, first.start - 1);
        if is_blank(&before) != wanted {
            break;
        }
        first = before;
    }
    let mut last = here;
    let mut is_behind = false;
    while last.end < text.len() {
        let behind = line(text, last.end + 1);
        if is_blank(&behind) != (wanted != is_behind) {
            if !around || is_behind {
                break;
            }
            is_behind = true;
            continue;
        }
        last = behind;
    }
    first.start..(last.end + 1).min(text.len())
}

/// The operator at the cursor; `around` with its line where it has one to itself.
fn stage(text: &str, at: usize, around: bool) -> Option<Range<usize>> {
    if text.len() > MAX_STAGES {
        return None;
    }
    let stage = stage_at(text, at)?;
    if around {
        let (first, last) = (line(text, stage.start), line(text, stage.end));
        let is_alone = text[first.start..stage.start].trim().is_empty() && text[stage.end..last.end].trim().is_empty();
        return Some(if is_alone { first.start..(last.end + 1).min(text.len()) } else { stage });
    }
    // Inside is what stands behind the bar.
    let body = text[stage.clone()].trim_start_matches(['|', ' ', '\t', '\n']);
    Some(stage.end - body.len()..stage.end)
}
