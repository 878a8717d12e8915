//! T011: characters that are not seen, or turn the direction of writing.

use super::{Finding, LintRule, Subject};
use crate::kql::{Fix, Severity, SyntaxKind as K, TextEdit};

pub(super) const RULE: LintRule = LintRule {
    code: "T011",
    summary: "invisible characters in the text",
    reason: "Text pasted from a page, a mail or an attacker's file may hold characters of no width or marks that turn \
             the direction of writing: the query then is not what it looks like, and finds nothing.",
    severity: Severity::Warning,
    find,
};

fn find(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let tree = &subject.inspection.tree;
    if tree.text().is_ascii() {
        return;
    }
    for leaf in tree.leaves().filter(|leaf| !leaf.text().is_ascii()) {
        let start = leaf.span().start;
        let text = leaf.text();
        let is_comment = leaf.kind() == K::Comment;
        let is_wanted = |at: usize, c: char| match c {
            // A mark of the file's encoding.
            '\u{feff}' if start + at == 0 => false,
            _ if is_comment => turns(c),
            _ => is_hidden(c) && !joins(text, at, c),
        };
        let hidden: Vec<(usize, char)> = text.char_indices().filter(|(at, c)| is_wanted(*at, *c)).collect();
        let Some((at, first)) = hidden.first().copied() else { continue };
        let place = match leaf.kind() {
            K::StringLiteral | K::UnterminatedString => "this text",
            K::Comment => "this comment",
            K::Whitespace => "the space here",
            _ => "this name",
        };
        let edits =
            hidden.iter().map(|(at, c)| TextEdit { span: start + at..start + at + c.len_utf8(), text: String::new() });
        found.push(Finding {
            span: start + at..start + at + first.len_utf8(),
            message: format!("{place} holds U+{:04X}, which is not seen", u32::from(first)),
            hint: Some("Take it away, or write it as an escape if it is meant".to_owned()),
            fix: Some(Fix { title: "Take invisible characters away".to_owned(), edits: edits.collect() }),
        });
    }
}

fn is_hidden(c: char) -> bool {
    turns(c)
        || matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
        || matches!(c, '\u{e0000}'..='\u{e007f}')
}

/// Marks and embeddings of the direction of writing.
fn turns(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A joiner between two characters beyond ASCII is part of a script or of an emoji.
fn joins(text: &str, at: usize, c: char) -> bool {
    let beyond = |c: Option<char>| c.is_some_and(|c| !c.is_ascii());
    matches!(c, '\u{200c}' | '\u{200d}')
        && beyond(text[..at].chars().next_back())
        && beyond(text[at + c.len_utf8()..].chars().next())
}
