//! A change to a text, as editor services propose it.

use super::diagnostic::Span;

/// Puts `text` in the place of `span`. Edits of one list do not overlap and are in text order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextEdit {
    pub span: Span,
    pub text: String,
}

/// The text after all edits of a list.
pub fn apply_edits(text: &str, edits: &[TextEdit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for edit in edits {
        out.push_str(&text[end..edit.span.start]);
        out.push_str(&edit.text);
        end = edit.span.end;
    }
    out.push_str(&text[end..]);
    out
}

/// A change that is offered by name: a quick fix of a finding, or a refactoring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as a menu says it: `Extract to let`.
    pub title: String,
    /// Never empty.
    pub edits: Vec<TextEdit>,
}
