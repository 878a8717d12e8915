//! Results: one table format for local and remote answers, and what it cost.
//!
//! A [`ResultSet`] is Arrow record batches and the KQL types of their columns (see `kql::scalar` for how each type is
//! stored). It is pushed batch by batch while a run goes on; the grid asks for the text of visible cells only.

mod set;
mod stats;

pub use set::{Column, ResultSet, Truncation};
pub use stats::{CacheCounts, RunStats, Scanned, TableSize, TierBytes};
