//! Selecting, moving and doubling whole stages.

use super::super::diagnostic::Span;
use super::super::edit::{Change, TextEdit};
use super::super::format::line_end_of;
use super::pipe::{Stage, pipes_at};

/// The stage of the innermost pipeline around a place: from its `|` to its last token. The source of a pipeline is its
/// first stage. `None` only where no query stands.
pub fn stage_at(text: &str, offset: usize) -> Option<Span> {
    pipes_at(text, offset).first().map(|pipe| pipe.stages[pipe.here].span.clone())
}

/// The smallest thing around a selection that is larger: a stage, then its pipeline, then the stage around that.
pub fn select_stage(text: &str, selection: Span) -> Option<Span> {
    let pipes = pipes_at(text, selection.start);
    let spans = pipes.iter().flat_map(|pipe| {
        let all = pipe.stages[0].span.start..pipe.stages.last().map_or(0, |stage| stage.span.end);
        [pipe.stages[pipe.here].span.clone(), all]
    });
    let is_larger = |span: &Span| span.start <= selection.start && selection.end <= span.end && *span != selection;
    let mut larger: Vec<Span> = spans.filter(is_larger).collect();
    larger.sort_by_key(ExactSizeIterator::len);
    larger.into_iter().next().or_else(|| stage_at(text, selection.start).filter(|_| selection.is_empty()))
}

/// Changes places with the stage before, with its comments. `None` for the source and for what stands after it.
pub fn move_stage_up(text: &str, offset: usize) -> Option<Change> {
    let pipe = pipes_at(text, offset).into_iter().next()?;
    let (before, here) = (pipe.stages.get(pipe.here.checked_sub(1)?)?, &pipe.stages[pipe.here]);
    swap(text, before, here, offset, true)
}

/// Changes places with the stage after. `None` for the source and for the last stage.
pub fn move_stage_down(text: &str, offset: usize) -> Option<Change> {
    let pipe = pipes_at(text, offset).into_iter().next()?;
    let (here, after) = (&pipe.stages[pipe.here], pipe.stages.get(pipe.here + 1)?);
    swap(text, here, after, offset, false)
}

fn swap(text: &str, first: &Stage, second: &Stage, offset: usize, moves_up: bool) -> Option<Change> {
    if !first.has_bar || !second.has_bar {
        return None;
    }
    // A comment above the lower stage would stand behind the source when the upper one goes on with its line.
    let has_comment_above = second.whole.start < second.span.start;
    let lead = if has_comment_above && !begins_line(text, first) { new_line(text, second) } else { String::new() };
    let upper = lead.clone() + &text[second.whole.clone()] + &guard(text, second, first.whole.end);
    let lower = text[first.whole.clone()].to_owned() + &guard(text, first, second.whole.end);
    let mut place = first.whole.clone();
    if !lead.is_empty() {
        place.start = text[..place.start].trim_end_matches([' ', '\t']).len();
    }
    let (moved, start) = if moves_up {
        (second, place.start + lead.len())
    } else {
        (first, second.whole.start + upper.len() - place.len())
    };
    let cursor = start + offset.clamp(moved.whole.start, moved.whole.end) - moved.whole.start;
    let edits = vec![TextEdit { span: place, text: upper }, TextEdit { span: second.whole.clone(), text: lower }];
    Some(Change { edits, selection: cursor..cursor })
}

/// What must follow a stage where another one ends, so that neither a comment behind it nor its last word takes in what
/// stands there.
fn guard(text: &str, stage: &Stage, end: usize) -> String {
    let has_comment = stage.whole.end > stage.span.end;
    let is_line_end = text[end..].is_empty() || text[end..].starts_with(['\n', '\r']);
    let is_apart = text[end..].starts_with(|c: char| c.is_whitespace() || "|),;".contains(c));
    match (has_comment, is_line_end || is_apart) {
        (true, _) if !is_line_end => new_line(text, stage),
        (false, false) => " ".to_owned(),
        _ => String::new(),
    }
}

/// A line break and the indentation of a stage's line.
pub(super) fn new_line(text: &str, stage: &Stage) -> String {
    let line_start = text[..stage.span.start].rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let line = &text[line_start..];
    let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
    format!("{}{indent}", line_end_of(text))
}

/// True when only blanks stand before a stage on its line.
pub(super) fn begins_line(text: &str, stage: &Stage) -> bool {
    let before = text[..stage.span.start].trim_end_matches([' ', '\t']);
    before.is_empty() || before.ends_with(['\n', '\r'])
}

/// Puts a copy of a stage after it, with the cursor in the copy. `None` for the source.
pub fn duplicate_stage(text: &str, offset: usize) -> Option<Change> {
    let pipe = pipes_at(text, offset).into_iter().next()?;
    let stage = &pipe.stages[pipe.here];
    if !stage.has_bar {
        return None;
    }
    let has_comment = stage.whole.end > stage.span.end;
    let between = if begins_line(text, stage) || has_comment { new_line(text, stage) } else { " ".to_owned() };
    let copy = &text[stage.span.start..stage.whole.end];
    let end = stage.whole.end;
    let cursor = end + between.len() + offset.clamp(stage.span.start, end) - stage.span.start;
    let is_line_end = text[end..].is_empty() || text[end..].starts_with(['\n', '\r']);
    let tail = if has_comment && !is_line_end { new_line(text, stage) } else { String::new() };
    let edits = vec![TextEdit { span: end..end, text: format!("{between}{copy}{tail}") }];
    Some(Change { edits, selection: cursor..cursor })
}
