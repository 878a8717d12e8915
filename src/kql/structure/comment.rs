//! Lines and stages that are commented out and in.

use super::super::diagnostic::Span;
use super::super::edit::{Change, TextEdit, moved};
use super::pipe::pipes_at;
use super::stage::{begins_line, new_line};

/// Comments out the lines that a selection touches; when all of them are comments already, takes that back. Blank lines
/// stay as they are, except that a blank line alone gets a comment to write in.
pub fn toggle_comment(text: &str, selection: Span) -> Change {
    let lines = lines_of(text, &selection);
    let written: Vec<Span> = lines.iter().filter(|line| !text[(*line).clone()].trim().is_empty()).cloned().collect();
    let edits = if written.is_empty() {
        let end = lines.last().map_or(text.len(), |line| line.end);
        vec![TextEdit { span: end..end, text: "// ".to_owned() }]
    } else if written.iter().all(|line| is_comment(text, line)) {
        written.iter().map(|line| uncommented(text, line)).collect()
    } else {
        commented(text, &written)
    };
    changed(&selection, edits)
}

/// The change, with the selection where its text is now.
fn changed(selection: &Span, edits: Vec<TextEdit>) -> Change {
    let selection = moved(selection.start, &edits)..moved(selection.end, &edits);
    Change { edits, selection }
}

/// The lines that a selection touches, without their ends. A line before whose first character it ends is not one.
fn lines_of(text: &str, selection: &Span) -> Vec<Span> {
    let mut lines = Vec::new();
    let mut start = text[..selection.start].rfind(['\n', '\r']).map_or(0, |at| at + 1);
    loop {
        let end = text[start..].find(['\n', '\r']).map_or(text.len(), |at| start + at);
        lines.push(start..end);
        start = end + if text[end..].starts_with("\r\n") { 2 } else { 1 };
        if start >= selection.end || start > text.len() {
            return lines;
        }
    }
}

fn is_comment(text: &str, line: &Span) -> bool {
    text[line.clone()].trim_start().starts_with("//")
}

/// Blanks at the start of a line.
fn indent_of(text: &str, line: &Span) -> usize {
    let line = &text[line.clone()];
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

/// Puts `// ` into lines at the column of the one that begins first.
fn commented(text: &str, lines: &[Span]) -> Vec<TextEdit> {
    let column = lines.iter().map(|line| indent_of(text, line)).min().unwrap_or(0);
    let edit = |line: &Span| {
        let at = line.start + column;
        TextEdit { span: at..at, text: "// ".to_owned() }
    };
    lines.iter().map(edit).collect()
}

/// Takes `//` and the blank after it out of a line.
fn uncommented(text: &str, line: &Span) -> TextEdit {
    let start = line.start + text[line.clone()].find("//").unwrap_or(0);
    let marks = if text[start..].starts_with("// ") { 3 } else { 2 };
    TextEdit { span: start..start + marks, text: String::new() }
}

/// Comments out the stage around a place, in lines of its own; on a stage that is commented out, takes that back.
/// `None` for the source of a pipeline, without which the rest has no sense.
pub fn comment_stage(text: &str, offset: usize) -> Option<Change> {
    if let Some(lines) = commented_stage(text, offset) {
        let edits = lines.iter().map(|line| uncommented(text, line)).collect();
        return Some(changed(&(offset..offset), edits));
    }
    let pipe = pipes_at(text, offset).into_iter().next()?;
    let stage = &pipe.stages[pipe.here];
    if !stage.has_bar {
        return None;
    }
    let stretch = stage.span.start..stage.whole.end;
    let mut edits = commented(text, &inner_lines(text, stretch.clone()));
    if !begins_line(text, stage) {
        // The blanks before the `|` would stay behind at the end of the line above.
        let before = text[..stretch.start].trim_end_matches([' ', '\t']).len();
        edits[0].span.start = before;
        edits[0].text = format!("{}// ", new_line(text, stage));
        edits[0].span.end = stretch.start;
    }
    let rest = &text[stretch.end..];
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    if !rest[blanks..].is_empty() && !rest[blanks..].starts_with(['\n', '\r']) {
        edits.push(TextEdit { span: stretch.end..stretch.end + blanks, text: new_line(text, stage) });
    }
    Some(changed(&(offset..offset), edits))
}

/// The lines of a stretch, the first from where it begins.
fn inner_lines(text: &str, stretch: Span) -> Vec<Span> {
    let mut lines = lines_of(text, &stretch);
    if let Some(first) = lines.first_mut() {
        // Its indentation counts only when nothing else stands before it.
        if !text[first.start..stretch.start].trim().is_empty() {
            first.start = stretch.start;
        }
    }
    lines.retain(|line| !text[line.clone()].trim().is_empty());
    lines
}

/// The lines of the commented stage that a place is in: the one that begins with `// |` and those after it, up to the
/// next such line or the next line that is no comment.
fn commented_stage(text: &str, offset: usize) -> Option<Vec<Span>> {
    let all = lines_of(text, &(0..text.len() + 1));
    let here = all.iter().rposition(|line| line.start <= offset)?;
    let begins = |line: &Span| text[line.clone()].trim_start().trim_start_matches('/').trim_start().starts_with('|');
    let first =
        (0..=here).rev().take_while(|index| is_comment(text, &all[*index])).find(|index| begins(&all[*index]))?;
    let after = all[first + 1..].iter().take_while(|line| is_comment(text, line) && !begins(line));
    Some(std::iter::once(&all[first]).chain(after).cloned().collect())
}
