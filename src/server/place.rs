//! Where a mistake stands in a query, as Kusto and Log Analytics count it.

use crate::kql::Diagnostic;

/// Characters of a word that an error repeats.
const MAX_TOKEN: usize = 1_000;

/// Lines are counted from 1 and characters of a line from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) position: usize,
    pub(super) token: String,
}

impl Place {
    pub(super) fn of(found: &Diagnostic, text: &str) -> Self {
        let (start, end) = (found.span.start.min(text.len()), found.span.end.min(text.len()));
        let before = text.get(..start).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            line: before.matches('\n').count() + 1,
            position: before[line_start..].chars().count(),
            token: clipped(text.get(start..end).unwrap_or("")),
        }
    }
}

/// Not more of a text than an error should repeat.
pub(super) fn clipped(text: &str) -> String {
    match text.char_indices().nth(MAX_TOKEN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
