//! One run as the history keeps it.

/// What is known when a run starts.
#[derive(Debug, Clone, Copy)]
pub struct RunStart<'a> {
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub started: i64,
    /// The name of the connection.
    pub connection: &'a str,
    /// The query as typed.
    pub text: &'a str,
}

/// What is known when it ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunEnding {
    pub outcome: Outcome,
    /// Rows that arrived.
    pub n_rows: u64,
    /// Wall time in microseconds.
    pub elapsed: Option<u64>,
    /// What happened, when it failed; of other runs what is to be known, for example that it waited for its quota.
    pub error: Option<String>,
    /// The statistics as JSON.
    pub stats: Option<String>,
    /// Rows are missing from the result.
    pub truncated: bool,
}

/// How a run ended, if it did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Outcome {
    /// It ended well, with rows or without.
    #[default]
    Rows,
    Failed,
    Cancelled,
    /// It is going on, here or in another workbench.
    Running,
    /// The workbench that ran it died before it ended.
    Interrupted,
}

impl Outcome {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Rows => "rows",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Running => "running",
            Self::Interrupted => "interrupted",
        }
    }

    /// A word that this version does not know is a run of which we cannot say how it ended.
    pub(super) fn from_name(name: &str) -> Self {
        match name {
            "rows" => Self::Rows,
            "failed" => Self::Failed,
            "cancelled" => Self::Cancelled,
            "running" => Self::Running,
            _ => Self::Interrupted,
        }
    }
}

/// A row of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Grows with every run.
    pub id: i64,
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub started: i64,
    pub connection: String,
    pub text: String,
    /// `n_rows` is 0 and the rest empty until the run has ended.
    pub ending: RunEnding,
}
