//! Mistakes in a query, told with their line and column.

use super::narrate;
use crate::kql::{Diagnostic, Severity};
use crate::run::RunError;

/// Mistakes told one by one; a long broken query can have many thousands.
const MAX_TOLD: usize = 20;

/// Says a failed run on standard error: every mistake with its place, or the one sentence and its advice.
pub(super) fn tell(error: &RunError, text: &str) {
    if error.diagnostics.is_empty() {
        narrate(&format!("error: {}", error.message));
        if let Some(advice) = &error.advice {
            narrate(&format!("  {advice}"));
        }
    }
    for diagnostic in error.diagnostics.iter().take(MAX_TOLD) {
        narrate(&line(diagnostic, text));
        if let Some(hint) = &diagnostic.hint {
            narrate(&format!("  {hint}"));
        }
    }
    let n_more = error.diagnostics.len().saturating_sub(MAX_TOLD);
    if n_more > 0 {
        narrate(&format!("and {n_more} more"));
    }
}

/// `3:7: error SEM0100: unknown column 'Fle'`.
pub(super) fn line(diagnostic: &Diagnostic, text: &str) -> String {
    let (line, column) = line_and_column(text, diagnostic.span.start);
    let severity = match diagnostic.severity {
        Severity::Error | Severity::Refusal => "error",
        Severity::Warning => "warning",
        Severity::Information => "note",
    };
    format!("{line}:{column}: {severity} {}: {}", diagnostic.code, diagnostic.message)
}

/// Both counted from 1; columns in characters.
fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |it| it + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}
