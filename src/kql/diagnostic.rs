//! What is wrong with a query, and where.

use std::ops::Range;

/// Byte range in the analysed text.
pub type Span = Range<usize>;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The query cannot run anywhere.
    Error,
    /// As far as we know the query is good KQL, but Tallyho's own engine does not run it. A service may.
    Refusal,
    Warning,
    Information,
}

/// One finding. Findings are in text order and at most one stands at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Kusto's code where the same mistake has one (`SEM0100`), else ours (`TLY…`).
    pub code: &'static str,
    pub severity: Severity,
    pub span: Span,
    /// One sentence without a final full stop, naming the construct.
    pub message: String,
    /// What to do about it, for example `Did you mean FileName?`.
    pub hint: Option<String>,
}

/// Characters of a message. It quotes names, and a name can be as long as a query.
const MAX_MESSAGE: usize = 1_000;

impl Diagnostic {
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { code, severity: Severity::Error, span, message: clipped(message.into()), hint: None }
    }

    /// `tallyho does not run 'scan' yet`: the one wording of every refusal.
    pub fn refusal(construct: &str, span: Span) -> Self {
        Self {
            code: "TLY0001",
            severity: Severity::Refusal,
            span,
            message: clipped(format!("tallyho does not run '{construct}' yet")),
            hint: None,
        }
    }

    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

fn clipped(mut message: String) -> String {
    if let Some((end, _)) = message.char_indices().nth(MAX_MESSAGE) {
        message.truncate(end);
        message.push('…');
    }
    message
}
