//! What a run cost: one neutral record that every source fills as far as it can.
//!
//! Nothing here is estimated. A source that does not report a figure leaves it `None`, and that is shown as absent,
//! which is not zero. The names follow Kusto's `QueryResourceConsumption`, which Defender passes through unchanged.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Hits and misses of one cache, in look-ups.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CacheCounts {
    pub hits: u64,
    pub misses: u64,
}

impl CacheCounts {
    /// Share of hits in 0..=1; `None` when nothing was looked up.
    pub fn hit_share(self) -> Option<f64> {
        let total = self.hits + self.misses;
        (total > 0).then(|| self.hits as f64 / total as f64)
    }
}

/// Bytes that a storage tier served from its cache, missed, and fetched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TierBytes {
    pub hit: u64,
    pub miss: u64,
    pub retrieved: Option<u64>,
}

/// One result table as the engine counted it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TableSize {
    pub rows: u64,
    pub bytes: u64,
}

/// How many of something there were and how many were looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Scanned {
    pub total: Option<u64>,
    pub scanned: Option<u64>,
}

/// What one operator of a query cost.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StageCost {
    /// Its kind; what is sugar in the language has the name of what it is made of.
    pub operator: String,
    /// Where it stands in the query text, in bytes.
    pub from: u64,
    pub to: u64,
    pub rows_in: Option<u64>,
    pub rows_out: Option<u64>,
    /// From its beginning to its end, also while it waited for its input.
    pub elapsed: Option<Duration>,
    /// Time that it computed, on all threads together.
    pub cpu: Option<Duration>,
    /// Its work was moved into another stage, whose figures hold it: place of that in the list.
    pub merged_into: Option<u64>,
}

/// The neutral statistics record of one run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunStats {
    /// Time inside the engine, as the engine reports it.
    pub execution_time: Option<Duration>,
    /// Time from sending the request to the last row, measured here.
    pub wall_time: Option<Duration>,
    pub cpu_user: Option<Duration>,
    pub cpu_kernel: Option<Duration>,
    pub cpu_total: Option<Duration>,
    pub cpu_execution: Option<Duration>,
    pub cpu_planning: Option<Duration>,
    /// Bytes; on a cluster the peak of the busiest node.
    pub memory_peak: Option<u64>,
    pub memory_cache: Option<CacheCounts>,
    pub disk_cache: Option<CacheCounts>,
    pub hot_cache: Option<TierBytes>,
    pub cold_cache: Option<TierBytes>,
    pub bypass_bytes: Option<u64>,
    /// When the answer came from the service's results cache: the run that filled it.
    pub results_cache_origin: Option<String>,
    pub partial_results_cache: Option<CacheCounts>,
    pub network_inter_cluster_bytes: Option<u64>,
    pub network_cross_cluster_bytes: Option<u64>,
    pub extents: Option<Scanned>,
    pub rows: Option<Scanned>,
    /// Creation times of the oldest and newest extent looked at, in ticks.
    pub extents_from: Option<i64>,
    pub extents_to: Option<i64>,
    pub rowstore_rows: Option<u64>,
    pub rowstore_bytes: Option<u64>,
    /// Parquet row groups read, and left out by statistics.
    pub row_groups_read: Option<u64>,
    pub row_groups_pruned: Option<u64>,
    /// Bytes read from files.
    pub bytes_scanned: Option<u64>,
    pub external_items: Option<u64>,
    pub external_bytes: Option<u64>,
    pub external_artifacts: Option<u64>,
    /// Queries to shards that ran generic and specialised code.
    pub shard_queries_generic: Option<u64>,
    pub shard_queries_specialized: Option<u64>,
    /// The result tables in order.
    pub tables: Vec<TableSize>,
    pub query_hash: Option<String>,
}
