//! The engine: a [`BoundQuery`] becomes a DataFusion plan and a stream of record batches.
//!
//! The way of a query: `run` makes threads for it ([`Engine::threads`]), so that its CPU time can be counted apart, and
//! [`Engine::execute`] starts a task on them. The task first computes what the
//! query needs to know beforehand (`prepare`: `materialize`, `toscalar`, `in (relation)`), then writes the logical
//! plan (`plan`, one file an operator under `operators`), and forwards its batches. DataFusion's own types are used
//! unwrapped inside this room and never leave it.

mod aggregate_statistics;
mod aggregates;
mod coded;
mod data;
mod datetime_parse;
mod error;
mod execute;
mod expression;
mod external;
mod filter_pushdown;
mod functions;
mod geography;
mod held;
mod import;
mod json;
mod learn;
mod membership;
mod memory;
mod metrics;
mod nodes;
mod operators;
mod own_functions;
mod packed_keys;
mod plan;
mod plugins;
mod prepare;
mod sequence;
mod session;
mod sketch;
mod stages;
mod stop;
mod storage;
#[cfg(test)]
mod tests;
mod windows;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use tokio::runtime::{Handle, Runtime};
use tokio_util::sync::CancellationToken;

use crate::kql::{Analysis, BoundQuery, Capabilities, Context, Schema};

pub use error::EngineError;
pub use execute::Execution;
pub use external::Fetch;
pub use held::HeldResult;
pub use metrics::ScanMetrics;

/// Limits of one engine.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// Bytes that all runs together may hold; past it a run spills where it can, or fails with a limit error.
    pub memory_limit: usize,
    /// Partitions a plan is cut into; the number of cores.
    pub partitions: usize,
    /// Rows in a batch at most.
    pub batch_rows: usize,
    /// Whether plans are made better before they run, and files are read only in part. Without, every answer is the same
    /// and comes later: it is there to find mistakes of the optimiser.
    pub optimize: bool,
    /// The MaxMind file of cities that `geo_info_from_ip_address()` reads.
    pub geo_database: Option<PathBuf>,
    /// How `externaldata` reads what is not on this machine; without, it does not.
    pub fetch: Option<Arc<dyn Fetch>>,
}

impl Default for EngineOptions {
    /// One partition for each core, 2 GiB, and batches of 32,768 rows: measured on 10 million rows, aggregates are 4 to 28
    /// per cent faster than with 8,192.
    fn default() -> Self {
        let partitions = std::thread::available_parallelism().map_or(2, std::num::NonZeroUsize::get);
        Self { memory_limit: 2 << 30, partitions, batch_rows: 32_768, optimize: true, geo_database: None, fetch: None }
    }
}

/// What reading the files found that the user should know: everything else loaded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LoadReport {
    /// One finding a line, with file, line number and reason; repeated findings of one file are counted, not listed.
    pub findings: Vec<LoadFinding>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadFinding {
    /// Path relative to the opened folder.
    pub file: String,
    /// The table that the file belongs to; `None` when no table came of it.
    pub table: Option<String>,
    /// First line it was seen on, counted from 1; `None` when it concerns the whole file.
    pub line: Option<u64>,
    /// How many rows or values it concerns.
    pub count: u64,
    pub reason: String,
}

/// A folder of tables, opened for queries.
#[derive(Debug)]
pub struct Engine {
    shared: Arc<Shared>,
    schema: Schema,
    data_end: Option<i64>,
    report: LoadReport,
}

/// What every run of one engine reads.
#[derive(Debug)]
struct Shared {
    tables: BTreeMap<String, Arc<dyn TableProvider>>,
    pool: Arc<memory::EnginePool>,
    options: EngineOptions,
    geography: Option<Arc<geography::Geography>>,
    /// The folder of the data, where there is one; resolved, so that a path can be held against it.
    folder: Option<PathBuf>,
}

impl Shared {
    fn new(tables: BTreeMap<String, Arc<dyn TableProvider>>, options: &EngineOptions) -> Self {
        let options = EngineOptions {
            partitions: options.partitions.max(1),
            batch_rows: options.batch_rows.max(1),
            ..options.clone()
        };
        let pool = Arc::new(memory::EnginePool::new(options.memory_limit));
        Self { tables, pool, options, geography: None, folder: None }
    }
}

impl Engine {
    /// Opens every readable file below the folder as a table. `known` gives official columns and types to tables of
    /// its names, and its other tables exist and are empty. Blocks; `progress` hears the share done, 0 to 1.
    pub fn open(
        folder: &Path,
        known: &Schema,
        options: &EngineOptions,
        progress: &dyn Fn(f32),
    ) -> Result<Self, EngineError> {
        let data::Data { schema, tables, data_end, report } = data::open(folder, known, progress)?;
        let geography = options.geo_database.as_deref().map(geography::Geography::open).transpose()?.map(Arc::new);
        let shared = Shared { geography, folder: folder.canonicalize().ok(), ..Shared::new(tables, options) };
        Ok(Self { shared: Arc::new(shared), schema, data_end, report })
    }

    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The latest instant in the data, in ticks: what `now()` means on the clock "end of data".
    pub fn data_end(&self) -> Option<i64> {
        self.data_end
    }

    /// Rows of a table; `None` when there is no such table or it does not know.
    pub fn n_rows(&self, table: &str) -> Option<u64> {
        metrics::n_rows(self.shared.tables.get(table)?)
    }

    pub fn load_report(&self) -> &LoadReport {
        &self.report
    }

    /// The functions and aggregates that [`Engine::execute`] evaluates, for [`crate::kql::Context`].
    pub fn capabilities() -> Capabilities {
        Capabilities {
            functions: functions::function_names().chain(windows::function_names()).collect(),
            aggregates: aggregates::aggregate_names().collect(),
        }
    }

    /// Threads for one run, made for deep plans. `on_stop` is called on each of them when it ends.
    pub fn threads(&self, on_stop: impl Fn() + Send + Sync + 'static) -> std::io::Result<Runtime> {
        session::threads(self.shared.options.partitions, on_stop)
    }

    /// Binds a query; where its columns hang on rows, these are looked at first, on threads of their own, as often as it
    /// takes. Blocks. `on_stop` is called on each of the threads when it ends.
    pub fn analyze(
        &self,
        text: &str,
        context: &Context<'_>,
        cancel: &CancellationToken,
        on_stop: impl Fn() + Clone + Send + Sync + 'static,
    ) -> Result<Analysis, EngineError> {
        learn::analyze(self, text, context, cancel, on_stop)
    }

    /// Starts a query on the threads of `handle` and returns at once; the rows, or why there are none, come from the
    /// [`Execution`]. Cancelling ends it within a moment, and so does dropping the execution.
    pub fn execute(&self, query: &BoundQuery, handle: &Handle, cancel: CancellationToken) -> Execution {
        execute::start(handle, Arc::clone(&self.shared), query, cancel)
    }

    /// The physical plan as indented text, for `tallyho plan`. Blocks, but reads no rows: what the query computes
    /// beforehand stands in it as a placeholder.
    pub fn plan_text(&self, query: &BoundQuery) -> Result<String, EngineError> {
        execute::plan_text(Arc::clone(&self.shared), query)
    }
}
