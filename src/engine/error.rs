//! How the engine fails, by phase, in words a hunter understands.

use crate::kql::Span;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// Tallyho knows the construct and does not run it yet.
    #[error("tallyho does not run '{construct}' yet")]
    Unsupported { construct: String, span: Span },
    /// The query asked for something that fails while running, as Kusto would fail too.
    #[error("{message}")]
    Query { message: String, span: Option<Span> },
    #[error("{message}")]
    Limit { message: String },
    #[error("{message}")]
    Data { message: String },
    #[error("stopped")]
    Cancelled,
    /// A fault of ours; the message is for a bug report.
    #[error("internal error: {message}")]
    Internal { message: String },
}
