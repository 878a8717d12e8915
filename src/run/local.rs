//! A run on Tallyho's own engine.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::record_batch::RecordBatch;
use tokio_util::sync::CancellationToken;

use super::cpu::CpuMeter;
use super::error::RunError;
use super::event::{RunEvent, RunSummary};
use super::runner::QueryRequest;
use crate::engine::{Engine, EngineError, Execution, ScanMetrics};
use crate::kql;
use crate::result::{NamedResult, ResultSet, RunStats, Scanned, StageCost, TableSize, Truncation, batch_bytes};

/// How long the threads of a run get to notice that it was stopped, before they are left to themselves.
const GRACE: Duration = Duration::from_millis(500);

/// Bytes of a result that are kept, when the query says nothing of `truncationmaxsize`: as in Kusto.
const MAX_BYTES: u64 = 64 << 20;

/// How long a run may take, when the connection's quota says nothing of a `request_timeout`.
const TIME_LIMIT: Duration = Duration::from_mins(10);

/// Analyses, plans and executes on threads of this run alone, and returns the ending.
pub(super) fn run(
    request: &QueryRequest,
    engine: &Engine,
    cancel: &CancellationToken,
    started: Instant,
    sink: &dyn Fn(RunEvent),
) -> RunEvent {
    let connection = &request.connection;
    let schema = connection.schema();
    let context = connection.context(&schema);
    let context = kql::Context {
        parameters: &request.parameters,
        time_range: request.time_range.as_ref().map(|it| it.resolve(context.now)),
        ..context
    };
    let meter = Arc::new(CpuMeter::default());
    let counting = Arc::clone(&meter);
    let analysis = match engine.analyze(&request.text, &context, cancel, move || counting.add_this_thread()) {
        Ok(analysis) => analysis,
        Err(EngineError::Cancelled) => return RunEvent::Cancelled { after: started.elapsed() },
        Err(error) => return RunEvent::Failed(RunError::of_engine(&error)),
    };
    let Some(query) = analysis.query else {
        return RunEvent::Failed(RunError::of_analysis(analysis.diagnostics));
    };
    let (outcome, wall_time) = match threads(engine, &meter) {
        Ok(threads) => {
            let execution = engine.execute(&query, threads.handle(), cancel.clone());
            let max_rows = query.limits.rows.map_or(request.max_rows, |it| it.min(request.max_rows));
            let limits = RunLimits {
                rows: max_rows,
                bytes: query.limits.bytes.unwrap_or(MAX_BYTES),
                time: connection.connection.quota.request_timeout.unwrap_or(TIME_LIMIT),
            };
            let outcome = threads.block_on(drive(execution, limits, sink));
            let wall_time = started.elapsed();
            // Threads report what they used when they end, so the cost is known only after they are gone.
            threads.shutdown_timeout(GRACE);
            (outcome, wall_time)
        }
        Err(error) => (Err(EngineError::Limit { message: format!("cannot start a run: {error}") }), started.elapsed()),
    };
    meter.add_this_thread();
    match outcome {
        Ok(arrived) => {
            let warnings = analysis.diagnostics.into_iter().map(|it| it.message);
            let notes = warnings.chain(request.connection.notes_on(&arrived.tables)).collect();
            let stats = stats(&arrived, wall_time, &meter);
            let cut = arrived.more.iter().find_map(|it| it.set.truncation.clone());
            RunEvent::Finished(Box::new(RunSummary {
                stats,
                stages: arrived.stages,
                truncation: arrived.truncation.or(cut),
                more: arrived.more,
                render: query.render,
                notes,
            }))
        }
        Err(EngineError::Cancelled) => RunEvent::Cancelled { after: wall_time },
        Err(error) => RunEvent::Failed(RunError::of_engine(&error)),
    }
}

fn threads(engine: &Engine, meter: &Arc<CpuMeter>) -> std::io::Result<tokio::runtime::Runtime> {
    let meter = Arc::clone(meter);
    engine.threads(move || meter.add_this_thread())
}

/// What came out of a run that ended well.
struct Arrived {
    size: TableSize,
    more: Vec<NamedResult>,
    truncation: Option<Truncation>,
    metrics: ScanMetrics,
    stages: Vec<StageCost>,
    /// Names of the tables that were read.
    tables: Vec<String>,
}

/// What a run may return and take.
#[derive(Debug, Clone, Copy)]
struct RunLimits {
    rows: u64,
    bytes: u64,
    time: Duration,
}

/// Passes batches on until the last one, or until there are as many rows or bytes as may be shown.
async fn drive(mut execution: Execution, limits: RunLimits, sink: &dyn Fn(RunEvent)) -> Result<Arrived, EngineError> {
    let end = tokio::time::Instant::now() + limits.time;
    sink(RunEvent::Columns(execution.columns().to_vec()));
    let (size, truncation) = table(&mut execution, limits, end, &mut |batch| sink(RunEvent::Batch(batch))).await?;
    let mut more = Vec::new();
    loop {
        let next = tokio::time::timeout_at(end, execution.next_table()).await.map_err(|_| late(limits.time))?;
        let Some(name) = next? else { break };
        let mut set = ResultSet::new(execution.columns().to_vec());
        let (_, truncation) = table(&mut execution, limits, end, &mut |batch| set.push(batch)).await?;
        set.truncation = truncation;
        more.push(NamedResult { name, set });
    }
    Ok(Arrived {
        size,
        more,
        truncation,
        metrics: execution.metrics(),
        stages: execution.stages(),
        tables: execution.tables(),
    })
}

fn late(time: Duration) -> EngineError {
    EngineError::Limit {
        message: format!(
            "the query did not end within {} s; `request_timeout` of its connection's quota allows more",
            time.as_secs()
        ),
    }
}

/// Passes the batches of one table on.
async fn table(
    execution: &mut Execution,
    RunLimits { rows: max_rows, bytes: max_bytes, time }: RunLimits,
    end: tokio::time::Instant,
    take: &mut dyn FnMut(RecordBatch),
) -> Result<(TableSize, Option<Truncation>), EngineError> {
    let mut size = TableSize::default();
    let mut truncation = None;
    while let Some(batch) = tokio::time::timeout_at(end, execution.next()).await.map_err(|_| late(time))? {
        let mut batch = batch?;
        let room = max_rows - size.rows;
        if batch.num_rows() as u64 > room {
            truncation = Some(Truncation::Rows { limit: max_rows });
            batch = batch.slice(0, room as usize);
        }
        let bytes_left = max_bytes - size.bytes;
        if batch_bytes(&batch) > bytes_left {
            truncation = Some(Truncation::Bytes { limit: max_bytes });
            batch = largest_part(&batch, bytes_left);
        }
        size.rows += batch.num_rows() as u64;
        size.bytes += batch_bytes(&batch);
        if batch.num_rows() > 0 {
            take(batch);
        }
        if truncation.is_some() {
            break;
        }
    }
    Ok((size, truncation))
}

/// As many of the first rows as have no more bytes than these.
fn largest_part(batch: &RecordBatch, max_bytes: u64) -> RecordBatch {
    let (mut fits, mut exceeds) = (0, batch.num_rows());
    while exceeds - fits > 1 {
        let middle = usize::midpoint(fits, exceeds);
        if batch_bytes(&batch.slice(0, middle)) > max_bytes { exceeds = middle } else { fits = middle }
    }
    batch.slice(0, fits)
}

fn stats(arrived: &Arrived, wall_time: Duration, meter: &CpuMeter) -> RunStats {
    let cpu = meter.read();
    let metrics = arrived.metrics;
    RunStats {
        execution_time: Some(wall_time),
        wall_time: Some(wall_time),
        cpu_user: cpu.map(|it| it.0),
        cpu_kernel: cpu.map(|it| it.1),
        cpu_total: cpu.map(|it| it.0 + it.1),
        memory_peak: metrics.memory_peak,
        rows: Some(Scanned { total: metrics.rows_total, scanned: metrics.rows_scanned }),
        row_groups_read: metrics.row_groups_read,
        row_groups_pruned: metrics.row_groups_pruned,
        bytes_scanned: metrics.bytes_scanned,
        tables: std::iter::once(arrived.size).chain(arrived.more.iter().map(|it| it.set.size())).collect(),
        ..RunStats::default()
    }
}
