//! What a run says while it goes on, and how it ends.

use std::time::Duration;

use arrow::record_batch::RecordBatch;

use crate::kql::Diagnostic;
use crate::result::{Column, RunStats, Truncation};

/// Tells runs apart; unique within one process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunId(pub u64);

/// Something that happened in a run. Order: `Started`, then `Columns` before any `Batch`, then one ending.
#[derive(Debug, Clone)]
pub enum RunEvent {
    Started,
    /// The schema of the result, known before or with its first rows.
    Columns(Vec<Column>),
    Batch(RecordBatch),
    Finished(Box<RunSummary>),
    Failed(RunError),
    /// Stopped on request after this long; rows that had arrived stay valid.
    Cancelled {
        after: Duration,
    },
}

/// A run that ended well.
#[derive(Debug, Clone, Default)]
pub struct RunSummary {
    pub stats: RunStats,
    /// Said always when rows are missing.
    pub truncation: Option<Truncation>,
    /// What the user should know beside the rows, for example skipped lines of a file.
    pub notes: Vec<String>,
}

/// A run that ended badly, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunError {
    pub kind: RunErrorKind,
    /// What happened: one sentence.
    pub message: String,
    /// What to do about it: one sentence.
    pub advice: Option<String>,
    /// The mistakes in the query that forbade the run, placed in the text of the request.
    pub diagnostics: Vec<Diagnostic>,
}

/// Who has to act, and so the exit code of `tallyho run`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunErrorKind {
    /// The query: exit code 1.
    Query,
    /// A limit on rows, memory or time: exit code 1.
    Limit,
    /// The connection, its data or its service: exit code 3.
    Connection,
}
