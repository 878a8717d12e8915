//! What a run says while it goes on, and how it ends.

use std::time::Duration;

use arrow::record_batch::RecordBatch;

use super::error::RunError;
use crate::kql::Render;
use crate::remote::SignInPrompt;
use crate::result::{Column, NamedResult, RunStats, StageCost, Truncation};

/// Tells runs apart; unique within one process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunId(pub u64);

/// Something that happened in a run. Order: `Started`, then `Columns` before any `Batch`, then one ending.
#[derive(Debug, Clone)]
pub enum RunEvent {
    Started,
    /// A person has to act before the query is sent.
    SignIn(SignInPrompt),
    /// The schema of the result, known before or with its first rows. When it comes again, the rows so far are void.
    Columns(Vec<Column>),
    Batch(RecordBatch),
    /// The share done that a service states, 0 to 1.
    Progress(f32),
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
    /// What each operator of the query cost, each behind its inputs; empty where nobody tells.
    pub stages: Vec<StageCost>,
    /// Said always when rows are missing.
    pub truncation: Option<Truncation>,
    /// How the query wants its rows drawn.
    pub render: Option<Render>,
    /// Further results of a query that gives several; none of a service, which says them its own way.
    pub more: Vec<NamedResult>,
    /// What the user should know beside the rows, for example skipped lines of a file.
    pub notes: Vec<String>,
}
