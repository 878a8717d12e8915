//! One run as the history keeps it.

/// What is known when a run starts.
#[derive(Debug, Clone, Copy, Default)]
pub struct RunStart<'a> {
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub started: i64,
    /// The name of the connection.
    pub connection: &'a str,
    /// The query as typed; secrets in it are not written down.
    pub text: &'a str,
    /// What the language says of the text; `None` when it was not asked.
    pub traits: Option<&'a Traits>,
}

/// What only the language can say of a query's text. This room knows no KQL: whoever writes a run down says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Traits {
    /// The query without layout, comments and values: runs of the same shape are the same query.
    pub shape: String,
    /// The tables that it names.
    pub tables: Vec<String>,
}

/// The figures of a run that are searched and compared. Nobody counted what is `None`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Costs {
    /// CPU time in microseconds.
    pub cpu: Option<u64>,
    /// Peak in bytes.
    pub memory: Option<u64>,
    /// Rows and bytes that were read.
    pub scanned_rows: Option<u64>,
    pub scanned_bytes: Option<u64>,
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
    pub costs: Costs,
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
    pub fn name(self) -> &'static str {
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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// Grows with every run.
    pub id: i64,
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub started: i64,
    pub connection: String,
    pub text: String,
    /// `n_rows` is 0 and the rest empty until the run has ended.
    pub ending: RunEnding,
    /// What the user has written to it.
    pub marks: Marks,
    /// Secrets that were left out of the text.
    pub n_redacted: u64,
    /// Bytes of its kept result.
    pub kept: Option<u64>,
    /// Tells queries apart by their shape; `None` while the language was not asked.
    pub shape: Option<i64>,
}

/// What the user has written to a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// Since when it is pinned: microseconds since 1970-01-01T00:00:00Z.
    pub pinned: Option<i64>,
    pub label: Option<String>,
    pub note: Option<String>,
}
