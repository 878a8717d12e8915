//! What a service still allows: calls, running time and CPU time, counted across all running copies of Tallyho.
//!
//! Nobody asks a service what is left: none of them says. Tallyho counts what it sends, holds it against the quota
//! profile of the connection, and believes the service's own word (a 429) more than either. A forecast only warns; it
//! never keeps a query from being sent.
//!
//! Windows are taken to roll: a call of 10:00:20 counts until 10:01:20. Microsoft does not say whether its windows roll
//! or stand, and a rolling window is never too generous.

mod account;
mod forecast;
mod ledger;
mod meter;
mod record;

use std::time::{Duration, SystemTime};

#[cfg(test)]
mod tests;

pub(super) use account::Account;
pub(super) use ledger::Ledger;
pub(super) use meter::Meter;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QuotaKind {
    /// Requests sent.
    Calls,
    /// Time from sending a request to its last row.
    Running,
    /// CPU time, as far as the service reports it; Graph reports none.
    Cpu,
}

/// One limit and how much of it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gauge {
    pub what: QuotaKind,
    /// The time over which it is counted.
    pub window: Duration,
    /// Calls, or milliseconds of running or CPU time.
    pub used: u64,
    /// In the same unit.
    pub limit: u64,
    /// The service itself named this limit in a refusal; it counts instead of the profile's.
    pub learned: bool,
    /// When another query fits; `None` when one fits now.
    pub frees_at: Option<SystemTime>,
}

/// What a query that is sent now would meet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Forecast {
    /// One for each limit that is known; none on local data.
    pub gauges: Vec<Gauge>,
    /// When a query will fit; `None` when it fits now.
    pub fits_at: Option<SystemTime>,
    /// One sentence that says why it does not fit now, or how much is left; empty where nothing is limited.
    pub reason: String,
    /// What went wrong with the counting itself, a sentence each.
    pub notes: Vec<String>,
}

/// A query that waits for its quota.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// When it is sent again.
    pub until: SystemTime,
    /// One sentence.
    pub why: String,
}
