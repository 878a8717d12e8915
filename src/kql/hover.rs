//! What a name, an operator or a literal at the cursor is.

use super::Span;

/// A short account of the thing at a place of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    /// The bytes that it is about.
    pub span: Span,
    /// What it is, as KQL: `Timestamp: datetime`, `strlen(text: string) -> long`.
    pub title: String,
    /// Sentences and lists below the title, a line each.
    pub lines: Vec<String>,
}
