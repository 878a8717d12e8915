//! A run that ended badly, in words.

use std::time::Duration;

use crate::engine::EngineError;
use crate::kql::{Diagnostic, Severity};
use crate::remote::{RemoteError, RemoteErrorKind};

/// What happened, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunError {
    pub kind: RunErrorKind,
    /// What happened: one sentence.
    pub message: String,
    /// What to do about it: one sentence.
    pub advice: Option<String>,
    /// The mistakes in the query that forbade the run, placed in the text of the request.
    pub diagnostics: Vec<Diagnostic>,
    /// When the service says that it will answer again, after this long.
    pub retry_after: Option<Duration>,
}

/// Who has to act, and so the exit code of `tallyho run`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunErrorKind {
    /// The query: exit code 1.
    Query,
    /// A limit on rows, memory or time: exit code 1.
    Limit,
    /// A quota of the service is used up; the same query is answered later: exit code 1.
    Quota,
    /// The connection, its data or its service: exit code 3.
    Connection,
}

impl RunError {
    pub fn new(kind: RunErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), advice: None, diagnostics: Vec::new(), retry_after: None }
    }

    #[must_use]
    pub fn with_advice(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// The analysis found mistakes: the first one speaks, all of them are kept with their places.
    pub fn of_analysis(diagnostics: Vec<Diagnostic>) -> Self {
        let first = diagnostics
            .iter()
            .find(|it| matches!(it.severity, Severity::Error | Severity::Refusal))
            .or_else(|| diagnostics.first());
        let message = first.map_or_else(|| "there is no query here".to_owned(), |it| it.message.clone());
        let advice = first.and_then(|it| it.hint.clone());
        Self { kind: RunErrorKind::Query, message, advice, diagnostics, retry_after: None }
    }

    pub(super) fn of_remote(error: RemoteError) -> Self {
        let kind = match error.kind {
            RemoteErrorKind::Query => RunErrorKind::Query,
            RemoteErrorKind::Limit => RunErrorKind::Limit,
            RemoteErrorKind::Quota => RunErrorKind::Quota,
            RemoteErrorKind::Connection | RemoteErrorKind::Cancelled | RemoteErrorKind::Internal => {
                RunErrorKind::Connection
            }
        };
        let retry_after = error.retry_after;
        Self { retry_after, ..Self::new(kind, error.message).with_advice(error.advice) }
    }

    pub(super) fn of_engine(error: &EngineError) -> Self {
        let message = error.to_string();
        match error {
            EngineError::Unsupported { construct, span } => Self {
                kind: RunErrorKind::Query,
                message,
                advice: None,
                diagnostics: vec![Diagnostic::refusal(construct, span.clone())],
                retry_after: None,
            },
            EngineError::Query { span, .. } => {
                let diagnostics =
                    span.iter().map(|it| Diagnostic::error("TLY0002", it.clone(), message.clone())).collect();
                Self { kind: RunErrorKind::Query, message, advice: None, diagnostics, retry_after: None }
            }
            EngineError::Limit { .. } => Self::new(RunErrorKind::Limit, message)
                .with_advice("Filter earlier, ask for fewer columns, or summarize before joining."),
            EngineError::Data { .. } => Self::new(RunErrorKind::Connection, message),
            EngineError::Cancelled | EngineError::Internal { .. } => Self::new(RunErrorKind::Query, message),
        }
    }
}
