//! The threads of a run, and the DataFusion session that one run plans and executes in.

use std::sync::Arc;

use datafusion::execution::SessionStateBuilder;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::session_state::SessionState;
use datafusion::prelude::SessionConfig;
use tokio::runtime::{Builder, Runtime};

use super::Shared;
use super::error::EngineError;
use super::memory::RunPool;
use super::stop::Stop;

/// Rows in a batch. Measured on 10 million rows: 4 to 28 per cent faster aggregates than with 8,192.
pub(super) const BATCH_SIZE: usize = 32_768;

/// Plans and expressions are trees walked by recursion, so a long query needs a deep stack. Only touched pages count.
const STACK_SIZE: usize = 64 << 20;

/// Threads of one run, apart from those of whoever reads the rows, so that stopping never waits for computing.
pub(super) fn threads(workers: usize, on_stop: impl Fn() + Send + Sync + 'static) -> std::io::Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(workers.max(1))
        .thread_name("engine")
        .thread_stack_size(STACK_SIZE)
        .enable_time()
        .on_thread_stop(on_stop)
        .build()
}

/// A session for one run, charging its memory to `pool` and hearing `stop`.
pub(super) fn session(shared: &Shared, pool: Arc<RunPool>, stop: Stop) -> Result<SessionState, EngineError> {
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(pool)
        .build_arc()
        .map_err(|error| EngineError::Internal { message: error.to_string() })?;
    Ok(SessionStateBuilder::new()
        .with_config(config(shared.partitions).with_extension(Arc::new(stop)))
        .with_runtime_env(runtime)
        .build())
}

fn config(partitions: usize) -> SessionConfig {
    let mut config = SessionConfig::new().with_batch_size(BATCH_SIZE).with_target_partitions(partitions);
    let options = config.options_mut();
    // View types keep whole page buffers alive below a top-k: gigabytes where megabytes do.
    options.execution.parquet.schema_force_view_types = false;
    options.execution.parquet.pushdown_filters = true;
    options.execution.parquet.reorder_filters = true;
    // Partitions come from the files. Dealing batches out in turn would shuffle rows that a KQL operator before has
    // put in order, which `make_list`, `take` and the reader of the result rely on.
    options.optimizer.enable_round_robin_repartition = false;
    // Partitions that take files from each other would give the rows of a query in another order every time.
    options.execution.enable_file_stream_work_stealing = false;
    // Fails on two fields of one struct that end up under one name, and structs here are only results of aggregates.
    options.optimizer.enable_leaf_expression_pushdown = false;
    config
}
