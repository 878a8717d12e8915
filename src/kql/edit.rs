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

/// A change that a person makes with one key, and what is selected after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Empty when nothing but the selection changes.
    pub edits: Vec<TextEdit>,
    /// Bytes of the text after the change; an empty range is a cursor.
    pub selection: Span,
}

/// Where a place of a text is after edits: after what is put there, and at the end of what stands for text around it.
pub(super) fn moved(offset: usize, edits: &[TextEdit]) -> usize {
    let mut shift = 0_isize;
    for edit in edits {
        if edit.span.start > offset {
            break;
        }
        if edit.span.end > offset {
            return edit.span.start.wrapping_add_signed(shift) + edit.text.len();
        }
        shift += edit.text.len() as isize - edit.span.len() as isize;
    }
    offset.wrapping_add_signed(shift)
}
