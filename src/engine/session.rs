//! The threads of a run, and the DataFusion session that one run plans and executes in.

use std::sync::Arc;

use datafusion::execution::SessionStateBuilder;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::session_state::SessionState;
use datafusion::optimizer::simplify_expressions::SimplifyExpressions;
use datafusion::optimizer::{Optimizer, OptimizerRule};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::ensure_coop::EnsureCooperative;
use datafusion::physical_optimizer::ensure_requirements::EnsureRequirements;
use datafusion::physical_optimizer::join_selection::JoinSelection;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::physical_optimizer::output_requirements::OutputRequirements;
use datafusion::prelude::SessionConfig;
use tokio::runtime::{Builder, Runtime};

use super::aggregate_statistics::LoneAggregateStatistics;
use super::data::ReadThenFilter;
use super::error::EngineError;
use super::filter_pushdown::FilterPushdown;
use super::memory::RunPool;
use super::nodes::ForgetBranchConstants;
use super::stop::Stop;
use super::{EngineOptions, Shared};

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
    let mut config = config(&shared.options).with_extension(Arc::new(stop.clone()));
    config.options_mut().extensions.insert(stop);
    let state = SessionStateBuilder::new().with_config(config).with_runtime_env(runtime);
    if shared.options.optimize {
        return Ok(state.with_optimizer_rules(rules()).with_physical_optimizer_rules(physical_rules()).build());
    }
    // What a plan cannot run without: who joins how, and who is given which rows in which order.
    let needed: Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>> = vec![
        Arc::new(ForgetBranchConstants),
        Arc::new(OutputRequirements::new_add_mode()),
        Arc::new(JoinSelection::new()),
        Arc::new(EnsureRequirements::new()),
        Arc::new(OutputRequirements::new_remove_mode()),
        Arc::new(EnsureCooperative::new()),
    ];
    // Some functions exist only as what they are simplified to.
    let simplify = vec![Arc::new(SimplifyExpressions::new()) as Arc<dyn OptimizerRule + Send + Sync>];
    Ok(state.with_optimizer_rules(simplify).with_physical_optimizer_rules(needed).build())
}

/// DataFusion's rules, and ours where one of them is not to be relied on.
fn rules() -> Vec<Arc<dyn OptimizerRule + Send + Sync>> {
    let pushdown: Arc<dyn OptimizerRule + Send + Sync> = Arc::new(FilterPushdown::new());
    let ours = |rule: Arc<dyn OptimizerRule + Send + Sync>| {
        if rule.name() == pushdown.name() { Arc::clone(&pushdown) } else { rule }
    };
    Optimizer::new().rules.into_iter().map(ours).collect()
}

/// The same for plans of execution.
fn physical_rules() -> Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>> {
    let statistics: Arc<dyn PhysicalOptimizerRule + Send + Sync> = Arc::new(LoneAggregateStatistics::new());
    let ours = |rule: Arc<dyn PhysicalOptimizerRule + Send + Sync>| {
        if rule.name() == statistics.name() { Arc::clone(&statistics) } else { rule }
    };
    let mut rules: Vec<_> = PhysicalOptimizer::new().rules.into_iter().map(ours).collect();
    rules.insert(0, Arc::new(ForgetBranchConstants));
    rules.push(Arc::new(ReadThenFilter));
    rules
}

fn config(engine: &EngineOptions) -> SessionConfig {
    let mut config = SessionConfig::new().with_batch_size(engine.batch_rows).with_target_partitions(engine.partitions);
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
    if !engine.optimize {
        options.execution.parquet.pushdown_filters = false;
        options.execution.parquet.pruning = false;
        options.execution.parquet.enable_page_index = false;
        options.execution.parquet.bloom_filter_on_read = false;
    }
    config
}
