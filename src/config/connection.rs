//! A connection: what a query is sent to, and by what clock it runs.

use std::path::PathBuf;

/// A named place that answers queries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Unique in the configuration; `lab` always exists.
    pub name: String,
    pub kind: ConnectionKind,
    pub clock: Clock,
    /// Rows after which a result is cut, with a notice. Default 100,000 as both services do.
    pub max_rows: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectionKind {
    /// The data set that Tallyho generates.
    Lab,
    /// Every readable file in the folder is a table, or a part of one.
    Files { folder: PathBuf },
    /// Defender's advanced hunting API.
    Defender { base_url: String, token_variable: Option<String> },
    /// Microsoft Graph; `version` is `v1.0` or `beta`.
    Graph { base_url: String, version: String, token_variable: Option<String> },
}

impl ConnectionKind {
    /// True when Tallyho's own engine answers.
    pub fn is_local(&self) -> bool {
        matches!(self, Self::Lab | Self::Files { .. })
    }
}

/// What `now()` means on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    System,
    /// The latest time in the data, so that `ago(7d)` finds something in old data.
    EndOfData,
    /// Ticks since 0001-01-01.
    At(i64),
}

/// Reads a clock's instant, `2025-03-17` or `2025-03-17T00:00:00Z`, as ticks.
pub fn parse_instant(_text: &str) -> Option<i64> {
    None
}
