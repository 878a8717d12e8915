//! Running a plan: a stream of record batches that can be stopped, and what it read.

use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::datatypes::SchemaRef;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryPool, MemoryReservation};
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::ScalarUDF;
use datafusion::physical_plan::stream::RecordBatchReceiverStream;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties, displayable};
use datafusion::physical_planner::PhysicalPlanner;
use datafusion::scalar::ScalarValue;
use futures::stream::BoxStream;
use futures::{FutureExt, StreamExt, stream};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio_util::sync::CancellationToken;

use super::Shared;
use super::error::EngineError;
use super::external;
use super::membership::SetBuilder;
use super::memory::RunPool;
use super::metrics::{self, ScanMetrics};
use super::nodes::{physical_planner, stoppable};
use super::plan::{Planner, references, types};
use super::prepare::{Need, Origin, Prepared, Rows, needs, scalar_of_nothing};
use super::session::{session, threads};
use super::stages::Stages;
use super::stop::Stop;
use super::storage;
use crate::kql::{BoundQuery, Relation, ScalarType};
use crate::result::{Column, StageCost};

/// Batches that wait for the reader at most, and that a later partition may be ahead of an earlier one.
const BUFFERED: usize = 4;

/// One query under way. Dropping it stops the query.
#[derive(Debug)]
pub struct Execution {
    columns: Vec<Column>,
    /// Of the tables behind the one that is read.
    more: VecDeque<(Option<String>, Vec<Column>)>,
    /// The table that is read has no further rows.
    at_end: bool,
    parts: mpsc::Receiver<Result<Part, EngineError>>,
    run: Arc<Run>,
    cancel: CancellationToken,
    task: AbortHandle,
}

/// What comes of a run, in order.
#[derive(Debug)]
enum Part {
    Rows(RecordBatch),
    /// The table is whole, and another one begins.
    NextTable,
}

impl Execution {
    /// The columns of the table that is read; known before its first row.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The next rows of the table; `None` after its last. After an error there is nothing more.
    pub async fn next(&mut self) -> Option<Result<RecordBatch, EngineError>> {
        if self.at_end {
            return None;
        }
        // The task may be in the middle of a long computation, so its own answer to a cancellation is not waited for.
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => {
                self.task.abort();
                Some(Err(EngineError::Cancelled))
            }
            part = self.parts.recv() => match part {
                Some(Ok(Part::Rows(batch))) => Some(Ok(batch)),
                Some(Ok(Part::NextTable)) | None => {
                    self.at_end = true;
                    None
                }
                Some(Err(error)) => Some(Err(error)),
            },
        }
    }

    /// Goes on to the next table of a query that gives several, passing over what was not read of this one. The name is
    /// the one that the query gives it. `None` behind the last table.
    pub async fn next_table(&mut self) -> Result<Option<Option<String>>, EngineError> {
        let Some((name, columns)) = self.more.pop_front() else { return Ok(None) };
        while let Some(rows) = self.next().await {
            rows?;
        }
        (self.columns, self.at_end) = (columns, false);
        Ok(Some(name))
    }

    /// Names of the tables that the query reads, each once; complete once `next` has returned `None`.
    pub fn tables(&self) -> Vec<String> {
        let mut names = self.run.record(|record| record.scanned.clone());
        names.sort_unstable();
        names.dedup();
        names
    }

    /// What each operator of the query cost so far, inputs first; what was computed beforehand first of all.
    pub fn stages(&self) -> Vec<StageCost> {
        let plans = self.run.record(|record| record.plans.clone());
        let mut all: Vec<StageCost> = Vec::new();
        for (plan, stages) in plans {
            let n_before = all.len() as u64;
            let costs = stages.costs(&plan).into_iter();
            all.extend(costs.map(|it| StageCost { merged_into: it.merged_into.map(|at| at + n_before), ..it }));
        }
        all
    }

    /// What was read so far; complete once `next` has returned `None`.
    pub fn metrics(&self) -> ScanMetrics {
        self.run.metrics()
    }
}

impl Drop for Execution {
    fn drop(&mut self) {
        self.run.stop.cancel();
        self.task.abort();
    }
}

pub(super) fn start(handle: &Handle, shared: Arc<Shared>, query: &BoundQuery, cancel: CancellationToken) -> Execution {
    let columns_of = |relation: &Relation| -> Vec<Column> {
        relation.columns.iter().map(|column| Column { name: column.name.clone(), ty: column.ty }).collect()
    };
    let columns = columns_of(&query.result);
    let more = query.more.iter().map(|it| (it.name.clone(), columns_of(&it.result))).collect();
    let (sender, parts) = mpsc::channel(BUFFERED);
    let run = Arc::new(Run::new(shared, cancel.child_token()));
    let work = {
        let (run, query) = (Arc::clone(&run), query.clone());
        async move {
            let outcome = AssertUnwindSafe(run.answer(&query, &sender)).catch_unwind().await;
            let error = match outcome {
                Ok(Ok(())) => return,
                Ok(Err(error)) => error,
                Err(panic) => EngineError::internal(panic_message(&*panic)),
            };
            // A reader that is gone needs no error.
            let _ = sender.send(Err(error)).await;
        }
    };
    let task = handle.spawn(work).abort_handle();
    Execution { columns, more, at_end: false, parts, run, cancel, task }
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("the engine panicked: {}", text.unwrap_or("no message"))
}

/// Writes the plan without running anything: what would be computed beforehand has a placeholder in it, and its own
/// plan stands before.
pub(super) fn plan_text(shared: Arc<Shared>, query: &BoundQuery) -> Result<String, EngineError> {
    let no_threads = |error: std::io::Error| EngineError::internal(format!("no thread to plan on: {error}"));
    let planning = threads(1, || ()).map_err(no_threads)?;
    let (sender, receiver) = std::sync::mpsc::channel();
    let (run, query) = (Run::new(shared, CancellationToken::new()), query.clone());
    planning.spawn(async move {
        let outcome = AssertUnwindSafe(run.describe(&query)).catch_unwind().await;
        let _ = sender.send(outcome.unwrap_or_else(|panic| Err(EngineError::internal(panic_message(&*panic)))));
    });
    let answer = receiver.recv();
    // The caller may be inside another runtime, where waiting for threads to end is forbidden.
    planning.shutdown_background();
    answer.unwrap_or_else(|_| Err(EngineError::internal("planning ended without an answer")))
}

/// What belongs to one run.
#[derive(Debug)]
struct Run {
    shared: Arc<Shared>,
    pool: Arc<RunPool>,
    /// Cancelled with the run, and when nobody wants its rows any longer.
    stop: CancellationToken,
    /// Every plan that was executed, for its metrics, and the tables that were scanned.
    record: Mutex<Record>,
}

#[derive(Debug, Default)]
struct Record {
    plans: Vec<(Arc<dyn ExecutionPlan>, Stages)>,
    scanned: Vec<String>,
    /// Memory of rows that stay until the run ends.
    held: Vec<MemoryReservation>,
}

impl Run {
    fn new(shared: Arc<Shared>, stop: CancellationToken) -> Self {
        let pool = Arc::new(RunPool::new(Arc::clone(&shared.pool)));
        Self { shared, pool, stop, record: Mutex::default() }
    }

    fn session(&self) -> Result<SessionState, EngineError> {
        session(&self.shared, Arc::clone(&self.pool), Stop::new(self.stop.clone()))
    }

    async fn answer(
        &self,
        query: &BoundQuery,
        sender: &mpsc::Sender<Result<Part, EngineError>>,
    ) -> Result<(), EngineError> {
        let state = self.session()?;
        let mut prepared = Prepared { geography: self.shared.geography.clone(), ..Prepared::default() };
        for need in needs(query) {
            if !prepared.has(&need) {
                self.prepare(&state, &mut prepared, need).await?;
            }
        }
        for (number, result) in query.results().enumerate() {
            if number > 0 && sender.send(Ok(Part::NextTable)).await.is_err() {
                break;
            }
            let mut batches = self.run(&state, &prepared, result, result.columns.len()).await?;
            let shape = Shape::new(result);
            while let Some(batch) = batches.next().await {
                let batch = shape.apply(&batch?)?;
                if batch.num_rows() > 0 && sender.send(Ok(Part::Rows(batch))).await.is_err() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Computes one need and files the result.
    async fn prepare(&self, state: &SessionState, prepared: &mut Prepared, need: Need<'_>) -> Result<(), EngineError> {
        let relation = need.relation();
        match need {
            Need::Relation { id, .. } => {
                let (schema, batches) = self.collect(state, prepared, relation).await?;
                prepared.relations.insert(id, Rows::new(schema, batches)?);
            }
            Need::Scalar(_) => {
                let value = self.first_value(state, prepared, relation).await?;
                prepared.scalars.push((Origin::of(relation), value));
            }
            Need::External { data, .. } => {
                let memory = self.reservation("rows of externaldata");
                let rows = external::read(&self.shared, &relation.columns, data, &self.stop, &memory).await?;
                self.record(|record| record.held.push(memory));
                prepared.externals.push((Origin::of(relation), rows));
            }
            Need::Set { ignore_case, .. } => {
                let function = self.set(state, prepared, relation, ignore_case).await?;
                prepared.sets.push((Origin::of(relation), ignore_case, function));
            }
        }
        Ok(())
    }

    async fn first_value(
        &self,
        state: &SessionState,
        prepared: &Prepared,
        relation: &Relation,
    ) -> Result<ScalarValue, EngineError> {
        let shape = Shape::first(relation);
        let mut batches = self.run(state, prepared, relation, 1).await?;
        while let Some(batch) = batches.next().await {
            let batch = shape.apply(&batch?)?;
            if batch.num_rows() > 0 {
                return Ok(ScalarValue::try_from_array(batch.column(0), 0)?);
            }
        }
        Ok(scalar_of_nothing(relation))
    }

    /// The values in the first column of a relation, charged to the run's memory until it ends.
    async fn set(
        &self,
        state: &SessionState,
        prepared: &Prepared,
        relation: &Relation,
        ignore_case: bool,
    ) -> Result<Arc<ScalarUDF>, EngineError> {
        let memory = self.reservation("values of in (relation)");
        let shape = Shape::first(relation);
        let mut set = SetBuilder::new(ignore_case);
        let mut batches = self.run(state, prepared, relation, 1).await?;
        while let Some(batch) = batches.next().await {
            set.add(shape.apply(&batch?)?.column(0))?;
            memory.try_resize(set.size())?;
        }
        self.record(|record| record.held.push(memory));
        Ok(set.finish())
    }

    fn reservation(&self, name: &str) -> MemoryReservation {
        let pool: Arc<dyn MemoryPool> = Arc::clone(&self.pool) as _;
        MemoryConsumer::new(name).register(&pool)
    }

    /// All rows of a relation, charged to the run's memory until it ends.
    async fn collect(
        &self,
        state: &SessionState,
        prepared: &Prepared,
        relation: &Relation,
    ) -> Result<(SchemaRef, Vec<RecordBatch>), EngineError> {
        let shape = Shape::new(relation);
        let memory = self.reservation("rows computed beforehand");
        let mut stream = self.run(state, prepared, relation, relation.columns.len()).await?;
        let mut batches = Vec::new();
        while let Some(batch) = stream.next().await {
            let batch = shape.apply(&batch?)?;
            memory.try_grow(batch.get_array_memory_size())?;
            batches.push(batch);
        }
        self.record(|record| record.held.push(memory));
        Ok((shape.schema, batches))
    }

    /// The rows of a relation as they come, with only the first columns, partition after partition so that their order
    /// is the same every time.
    async fn run(
        &self,
        state: &SessionState,
        prepared: &Prepared,
        relation: &Relation,
        n_columns: usize,
    ) -> Result<BoxStream<'static, Result<RecordBatch, EngineError>>, EngineError> {
        let (plan, stages) = self.physical(state, prepared, relation, n_columns).await?;
        let plan = stoppable(plan)?;
        self.record(|record| record.plans.push((Arc::clone(&plan), stages)));
        let context = state.task_ctx();
        let n_partitions = plan.output_partitioning().partition_count();
        if n_partitions == 1 {
            let stream = plan.execute(0, context)?;
            return Ok(stream.map(|batch| Ok(batch?)).boxed());
        }
        // All partitions compute at once; the later ones wait when they are a few batches ahead of the reader.
        let mut streams = Vec::with_capacity(n_partitions);
        for partition in 0..n_partitions {
            let mut input = plan.execute(partition, Arc::clone(&context))?;
            let mut builder = RecordBatchReceiverStream::builder(plan.schema(), BUFFERED);
            let sender = builder.tx();
            builder.spawn(async move {
                while let Some(batch) = input.next().await {
                    if sender.send(batch).await.is_err() {
                        break;
                    }
                }
                Ok(())
            });
            streams.push(builder.build());
        }
        Ok(stream::iter(streams).flatten().map(|batch| Ok(batch?)).boxed())
    }

    async fn physical(
        &self,
        state: &SessionState,
        prepared: &Prepared,
        relation: &Relation,
        n_columns: usize,
    ) -> Result<(Arc<dyn ExecutionPlan>, Stages), EngineError> {
        let mut planner = Planner::new(&self.shared, prepared);
        let needed = (0..relation.columns.len()).map(|index| index < n_columns).collect();
        let planned = planner.plan_input(relation, needed)?;
        let output = references(&planned.columns[..n_columns]);
        let planned = planner.project(planned, output)?;
        let scanned = std::mem::take(&mut planner.scanned);
        let mut state = state.clone();
        if planner.is_small() {
            // One partition is faster, and groups come out in the order in which they were met.
            state.config_mut().options_mut().execution.target_partitions = 1;
        }
        let plan = state.optimize(&planned.plan)?;
        let plan = physical_planner().create_physical_plan(&plan, &state).await?;
        self.record(|record| record.scanned.extend(scanned));
        Ok((plan, planner.stages))
    }

    async fn describe(&self, query: &BoundQuery) -> Result<String, EngineError> {
        let state = self.session()?;
        let mut prepared = Prepared { geography: self.shared.geography.clone(), ..Prepared::default() };
        let mut text = String::new();
        for need in needs(query) {
            if prepared.has(&need) {
                continue;
            }
            let relation = need.relation();
            if let Need::External { .. } = need {
                pretend(&mut prepared, need)?;
                continue;
            }
            let n_columns = if matches!(need, Need::Relation { .. }) { relation.columns.len() } else { 1 };
            let (plan, _) = self.physical(&state, &prepared, relation, n_columns).await?;
            text.extend([&title(need), ":\n", &displayable(plan.as_ref()).indent(false).to_string(), "\n"]);
            pretend(&mut prepared, need)?;
        }
        for (number, result) in query.results().enumerate() {
            let (plan, _) = self.physical(&state, &prepared, result, result.columns.len()).await?;
            if number > 0 {
                text.push_str("and then:\n");
            }
            text.push_str(&displayable(plan.as_ref()).indent(false).to_string());
        }
        Ok(text)
    }

    fn record<T>(&self, read: impl FnOnce(&mut Record) -> T) -> T {
        read(&mut self.record.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn metrics(&self) -> ScanMetrics {
        let (plans, scanned) = self.record(|record| (record.plans.clone(), record.scanned.clone()));
        let mut metrics = metrics::of_plans(plans.iter().map(|(plan, _)| plan));
        let tables = scanned.iter().map(|name| metrics::n_rows(self.shared.tables.get(name)?));
        metrics.rows_total = tables.sum();
        // A plan that only passes rows on never asks the pool for memory: then what it held was not counted, not zero.
        metrics.memory_peak = Some(self.pool.peak() as u64).filter(|it| *it > 0);
        metrics
    }
}

/// Heading of what is computed beforehand in the text of a plan.
fn title(need: Need<'_>) -> String {
    match need {
        Need::Relation { id, .. } => format!("materialize #{id}"),
        Need::Scalar(_) => "toscalar".to_owned(),
        Need::External { .. } => "externaldata".to_owned(),
        Need::Set { .. } => "in (relation)".to_owned(),
    }
}

/// Files a placeholder where a result would stand.
fn pretend(prepared: &mut Prepared, need: Need<'_>) -> Result<(), EngineError> {
    let relation = need.relation();
    match need {
        Need::Relation { id, .. } => {
            let schema = Shape::new(relation).schema;
            prepared.relations.insert(id, Rows::new(schema, Vec::new())?);
        }
        Need::External { .. } => {
            let rows = Rows::new(Shape::new(relation).schema, Vec::new())?;
            prepared.externals.push((Origin::of(relation), rows));
        }
        Need::Scalar(_) => prepared.scalars.push((Origin::of(relation), scalar_of_nothing(relation))),
        Need::Set { ignore_case, .. } => {
            prepared.sets.push((Origin::of(relation), ignore_case, SetBuilder::new(ignore_case).finish()));
        }
    }
    Ok(())
}

/// The form in which batches leave the engine: internal names replaced by places, arrays stored as promised.
struct Shape {
    schema: SchemaRef,
    types: Vec<ScalarType>,
}

impl Shape {
    fn new(relation: &Relation) -> Self {
        let types = types(relation);
        let names: Vec<String> = (0..types.len()).map(|index| format!("v{index}")).collect();
        let schema = storage::schema(names.iter().map(String::as_str).zip(types.iter().copied()));
        Self { schema, types }
    }

    /// Of the first column alone.
    fn first(relation: &Relation) -> Self {
        let ty = relation.columns[0].ty;
        Self { schema: storage::schema([("v0", ty)]), types: vec![ty] }
    }

    fn apply(&self, batch: &RecordBatch) -> Result<RecordBatch, EngineError> {
        let fault = |error: arrow::error::ArrowError| EngineError::internal(error.to_string());
        let columns = batch.columns().iter().zip(&self.types);
        let columns =
            columns.map(|(array, ty)| storage::normalise(array, *ty)).collect::<Result<_, _>>().map_err(fault)?;
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options).map_err(fault)
    }
}
