//! What came of the queries of a pack: one row each.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::hunt::Hunt;
use super::pack::PackEvent;
use crate::result::{ResultSet, RunStats, Truncation};

/// A pack and how far it has come.
#[derive(Debug, Clone, Default)]
pub struct Matrix {
    /// What the pack is called.
    pub title: String,
    pub connection: String,
    /// When the first query was sent.
    pub started: Option<SystemTime>,
    pub rows: Vec<MatrixRow>,
    pub state: PackState,
}

/// Where the pack as a whole stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum PackState {
    /// Nothing was sent yet.
    #[default]
    Planned,
    Running,
    /// Until it is resumed; with the reason, where nobody asked for it.
    Paused(Option<String>),
    /// Every query has its outcome, or was dropped.
    Over,
}

/// One query.
#[derive(Debug, Clone)]
pub struct MatrixRow {
    pub hunt: Arc<Hunt>,
    pub verdict: Verdict,
    pub elapsed: Option<Duration>,
    pub stats: RunStats,
    /// The first of the rows that it found.
    pub found: Option<Arc<ResultSet>>,
}

/// What came of one query.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum Verdict {
    /// It will be run; with what is to be expected, where something stands against it.
    #[default]
    Planned,
    /// Its quota is used up until then.
    Waiting {
        until: SystemTime,
        why: String,
    },
    Running,
    /// It ran and found nothing.
    Empty,
    /// It ran and found rows: so many, or more where not all were sent.
    Hits {
        rows: u64,
        or_more: bool,
    },
    /// A table that it names is not there. It was not sent where the service itself had told its tables.
    TableMissing(String),
    /// It cannot be run as it is, in words of who refused it.
    Refused(String),
    /// It was sent, and something else than the query failed.
    Failed(String),
    /// The user took it out.
    Dropped,
}

impl Verdict {
    /// In one or two words.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Waiting { .. } => "waiting",
            Self::Running => "running",
            Self::Empty => "empty",
            Self::Hits { .. } => "hits",
            Self::TableMissing(_) => "table missing",
            Self::Refused(_) => "refused",
            Self::Failed(_) => "failed",
            Self::Dropped => "dropped",
        }
    }

    /// Why it is so, where that is to be said.
    pub fn why(&self) -> &str {
        match self {
            Self::Waiting { why, .. } | Self::Refused(why) | Self::Failed(why) | Self::TableMissing(why) => why,
            Self::Planned | Self::Running | Self::Empty | Self::Hits { .. } | Self::Dropped => "",
        }
    }

    /// It ran to its end.
    pub fn ran(&self) -> bool {
        matches!(self, Self::Empty | Self::Hits { .. })
    }

    /// Nothing more will come of it by itself.
    pub fn is_final(&self) -> bool {
        !matches!(self, Self::Planned | Self::Waiting { .. } | Self::Running)
    }
}

/// How many queries came to what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub all: usize,
    pub hits: usize,
    pub empty: usize,
    pub missing: usize,
    pub refused: usize,
    pub failed: usize,
    pub dropped: usize,
    /// Not run yet.
    pub left: usize,
}

impl Matrix {
    /// A pack of which nothing has run yet.
    pub fn new(title: impl Into<String>, connection: impl Into<String>, hunts: Vec<Arc<Hunt>>) -> Self {
        let row = |hunt| MatrixRow {
            hunt,
            verdict: Verdict::Planned,
            elapsed: None,
            stats: RunStats::default(),
            found: None,
        };
        Self {
            title: title.into(),
            connection: connection.into(),
            rows: hunts.into_iter().map(row).collect(),
            ..Self::default()
        }
    }

    /// Those that are still to be run, with their places.
    pub fn left(&self) -> Vec<(usize, Arc<Hunt>)> {
        let rows = self.rows.iter().enumerate().filter(|(_, row)| !row.verdict.is_final());
        rows.map(|(at, row)| (at, Arc::clone(&row.hunt))).collect()
    }

    /// Takes what has happened.
    pub fn take(&mut self, event: &PackEvent) {
        match event {
            PackEvent::Waiting { at, until, why } => {
                self.set(*at, Verdict::Waiting { until: *until, why: why.clone() });
            }
            PackEvent::Started { at } => {
                self.started.get_or_insert_with(SystemTime::now);
                self.set(*at, Verdict::Running);
            }
            PackEvent::SignIn(_) => {}
            PackEvent::Ended { at, outcome } => {
                if let Some(row) = self.rows.get_mut(*at) {
                    row.verdict = outcome.verdict.clone();
                    row.elapsed = outcome.elapsed;
                    row.stats = outcome.stats.clone();
                    row.found.clone_from(&outcome.found);
                }
            }
            PackEvent::Paused(why) => {
                // What was on its way is to be sent again.
                for row in self.rows.iter_mut().filter(|row| !row.verdict.is_final()) {
                    row.verdict = Verdict::Planned;
                }
                self.state = PackState::Paused(why.clone());
            }
            PackEvent::Over => self.state = PackState::Over,
        }
    }

    fn set(&mut self, at: usize, verdict: Verdict) {
        if let Some(row) = self.rows.get_mut(at) {
            row.verdict = verdict;
        }
    }

    pub fn tally(&self) -> Tally {
        let mut tally = Tally { all: self.rows.len(), ..Tally::default() };
        for row in &self.rows {
            let count = match row.verdict {
                Verdict::Hits { .. } => &mut tally.hits,
                Verdict::Empty => &mut tally.empty,
                Verdict::TableMissing(_) => &mut tally.missing,
                Verdict::Refused(_) => &mut tally.refused,
                Verdict::Failed(_) => &mut tally.failed,
                Verdict::Dropped => &mut tally.dropped,
                Verdict::Planned | Verdict::Waiting { .. } | Verdict::Running => &mut tally.left,
            };
            *count += 1;
        }
        tally
    }

    /// What all of it cost, as far as it was said: time on the clock, CPU time.
    pub fn cost(&self) -> (Duration, Option<Duration>) {
        let elapsed = self.rows.iter().filter_map(|row| row.elapsed).sum();
        let cpu: Vec<Duration> = self.rows.iter().filter_map(|row| row.stats.cpu_total).collect();
        (elapsed, (!cpu.is_empty()).then(|| cpu.into_iter().sum()))
    }
}

impl Tally {
    /// `12 queries: 3 with hits, 7 empty, 1 table missing, 1 refused`.
    pub fn words(&self) -> String {
        let parts = [
            (self.hits, "with hits"),
            (self.empty, "empty"),
            (self.missing, "table missing"),
            (self.refused, "refused"),
            (self.failed, "failed"),
            (self.dropped, "dropped"),
            (self.left, "not run"),
        ];
        let parts: Vec<String> =
            parts.iter().filter(|(n, _)| *n > 0).map(|(n, words)| format!("{n} {words}")).collect();
        let queries = if self.all == 1 { "query" } else { "queries" };
        format!("{} {queries}: {}", self.all, if parts.is_empty() { "none".to_owned() } else { parts.join(", ") })
    }
}

/// What rows mean.
pub(super) fn of_rows(rows: u64, truncation: Option<&Truncation>) -> Verdict {
    if rows == 0 { Verdict::Empty } else { Verdict::Hits { rows, or_more: truncation.is_some() } }
}
