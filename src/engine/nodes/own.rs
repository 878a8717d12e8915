//! A plan node for the operators that DataFusion has no plan for: batches go in, batches come out.
//!
//! An operator of ours says which columns it gives and how it wants its rows ([`OwnOperator`]); what it does with them
//! is a [`Work`], one for each partition. Expressions are no business of it: the planner computes what it needs into
//! columns of the input first.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::SchemaRef;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DFSchemaRef, Result, internal_err};
use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::logical_expr::{Expr, LogicalPlan, UserDefinedLogicalNodeCore};
use datafusion::physical_expr::{Distribution, EquivalenceProperties, Partitioning, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, PlanProperties, SendableRecordBatchStream,
};
use futures::{StreamExt, stream};

use crate::engine::error::EngineError;
use crate::engine::stop::Stop;

/// How an operator wants the rows of its first input. Further inputs come whole, in one partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) enum Feed {
    /// What a row gives depends on no other row: each partition by itself. Only with a single input.
    EachPartition,
    /// All rows in one partition, in their order.
    InOrder,
}

/// What an operator does, apart from any run.
pub(in crate::engine) trait OwnOperator: fmt::Debug + Send + Sync {
    /// The KQL name.
    fn name(&self) -> &'static str;

    fn feed(&self) -> Feed;

    /// Makes ready for the rows of one partition.
    fn start(&self, context: WorkContext) -> Result<Box<dyn Work>>;
}

/// One partition's work. After every `push` and every `end`, `next` is called until it gives `None`.
pub(in crate::engine) trait Work: Send {
    /// Takes rows of one input. Inputs come one after another, in order.
    fn push(&mut self, input: usize, batch: RecordBatch) -> Result<()>;

    /// The input has no more rows.
    fn end(&mut self, _input: usize) -> Result<()> {
        Ok(())
    }

    /// The next rows that are ready. A batch should hold no more rows than the session's batches do.
    fn next(&mut self) -> Result<Option<RecordBatch>>;
}

/// What a work is given: the shape of its output, the memory it may charge, and the word to stop.
#[derive(Debug)]
pub(in crate::engine) struct WorkContext {
    pub(in crate::engine) schema: SchemaRef,
    /// Charged to the run. What a work holds on to between two calls has to be grown here before it is held.
    pub(in crate::engine) memory: MemoryReservation,
    pub(in crate::engine) check: Check,
    /// Rows in a batch.
    pub(in crate::engine) batch_size: usize,
}

impl WorkContext {
    /// A batch of the output.
    pub(in crate::engine) fn batch(&self, columns: Vec<ArrayRef>, n_rows: usize) -> Result<RecordBatch> {
        let options = RecordBatchOptions::new().with_row_count(Some(n_rows));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?)
    }
}

/// Asks, now and then, whether the run was stopped. Long loops call [`Check::step`] in every turn.
#[derive(Debug, Clone)]
pub(in crate::engine) struct Check {
    stop: Option<Arc<Stop>>,
    turns: usize,
}

/// Turns between two looks: looking takes longer than the shortest turns do.
const TURNS: usize = 1024;

impl Check {
    fn new(context: &TaskContext) -> Self {
        Self { stop: context.session_config().get_extension::<Stop>(), turns: 0 }
    }

    /// One turn of a loop; fails when the run was stopped.
    pub(in crate::engine) fn step(&mut self) -> Result<()> {
        self.turns += 1;
        if self.turns < TURNS {
            return Ok(());
        }
        self.now()
    }

    /// The same for a turn that takes long itself.
    pub(in crate::engine) fn now(&mut self) -> Result<()> {
        self.turns = 0;
        match &self.stop {
            Some(stop) if stop.is_stopped() => Err(EngineError::Cancelled.into()),
            _ => Ok(()),
        }
    }
}

/// The logical node. Two are equal when they stand for the same operator over the same input.
#[derive(Clone)]
pub(in crate::engine) struct OwnNode {
    operator: Arc<dyn OwnOperator>,
    inputs: Vec<LogicalPlan>,
    schema: DFSchemaRef,
    /// Names of output columns that are columns of the input passed on: filters on them alone may be applied before.
    passed: HashSet<String>,
}

impl OwnNode {
    /// `passed`: names of the output columns on which later filters may be applied to the input instead; none when
    /// leaving a row out changes what other rows give.
    pub(in crate::engine) fn new(
        operator: Arc<dyn OwnOperator>,
        inputs: Vec<LogicalPlan>,
        schema: DFSchemaRef,
        passed: HashSet<String>,
    ) -> Self {
        Self { operator, inputs, schema, passed }
    }

    pub(super) fn physical(&self, inputs: &[Arc<dyn ExecutionPlan>]) -> Result<Arc<dyn ExecutionPlan>> {
        let Some(first) = inputs.first() else { return internal_err!("{} without an input", self.operator.name()) };
        let feed = self.operator.feed();
        if inputs.len() > 1 && feed != Feed::InOrder {
            return internal_err!("{} of several inputs has to read them whole", self.operator.name());
        }
        let schema: SchemaRef = Arc::clone(self.schema.inner());
        let properties = properties(&schema, &feed, first);
        Ok(Arc::new(OwnExec {
            operator: Arc::clone(&self.operator),
            feed,
            inputs: inputs.to_vec(),
            schema,
            properties,
            metrics: ExecutionPlanMetricsSet::new(),
        }))
    }

    fn address(&self) -> usize {
        Arc::as_ptr(&self.operator).cast::<()>().addr()
    }
}

fn properties(schema: &SchemaRef, feed: &Feed, first: &Arc<dyn ExecutionPlan>) -> Arc<PlanProperties> {
    let n_partitions = if *feed == Feed::InOrder { 1 } else { first.output_partitioning().partition_count() };
    Arc::new(PlanProperties::new(
        EquivalenceProperties::new(Arc::clone(schema)),
        Partitioning::UnknownPartitioning(n_partitions),
        EmissionType::Incremental,
        Boundedness::Bounded,
    ))
}

impl fmt::Debug for OwnNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.operator)
    }
}

impl PartialEq for OwnNode {
    fn eq(&self, other: &Self) -> bool {
        self.address() == other.address() && self.inputs == other.inputs
    }
}

impl Eq for OwnNode {}

impl PartialOrd for OwnNode {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        self.inputs.partial_cmp(&other.inputs)
    }
}

impl Hash for OwnNode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.address().hash(state);
        self.inputs.hash(state);
    }
}

impl UserDefinedLogicalNodeCore for OwnNode {
    fn name(&self) -> &str {
        self.operator.name()
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        self.inputs.iter().collect()
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Expr> {
        Vec::new()
    }

    fn prevent_predicate_push_down_columns(&self) -> HashSet<String> {
        let names = self.schema.fields().iter().map(|field| field.name().clone());
        names.filter(|name| !self.passed.contains(name)).collect()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.operator.name())
    }

    fn with_exprs_and_inputs(&self, _exprs: Vec<Expr>, inputs: Vec<LogicalPlan>) -> Result<Self> {
        Ok(Self { inputs, ..self.clone() })
    }
}

/// The physical node.
#[derive(Debug)]
struct OwnExec {
    operator: Arc<dyn OwnOperator>,
    feed: Feed,
    inputs: Vec<Arc<dyn ExecutionPlan>>,
    schema: SchemaRef,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl DisplayAs for OwnExec {
    fn fmt_as(&self, _kind: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.operator.name())
    }
}

impl ExecutionPlan for OwnExec {
    fn name(&self) -> &str {
        self.operator.name()
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn required_input_distribution(&self) -> Vec<Distribution> {
        let mut wanted = vec![Distribution::SinglePartition; self.inputs.len()];
        if self.feed == Feed::EachPartition {
            wanted[0] = Distribution::UnspecifiedDistribution;
        }
        wanted
    }

    /// Rows do come out in the order in which they went in, but that is not for DataFusion to know: it would push a sort
    /// from above to below, and take columns of the output for those of the input at the same place.
    fn maintains_input_order(&self) -> Vec<bool> {
        vec![false; self.inputs.len()]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false; self.inputs.len()]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        self.inputs.iter().collect()
    }

    fn apply_expressions(
        &self,
        _visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        let properties = properties(&self.schema, &self.feed, &children[0]);
        Ok(Arc::new(Self {
            operator: Arc::clone(&self.operator),
            feed: self.feed.clone(),
            inputs: children,
            schema: Arc::clone(&self.schema),
            properties,
            metrics: ExecutionPlanMetricsSet::new(),
        }))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let mut inputs = VecDeque::new();
        for (place, input) in self.inputs.iter().enumerate() {
            let partition = if place == 0 { partition } else { 0 };
            inputs.push_back((place, input.execute(partition, Arc::clone(&context))?));
        }
        let check = Check::new(&context);
        let work = self.operator.start(WorkContext {
            schema: Arc::clone(&self.schema),
            memory: MemoryConsumer::new(self.operator.name()).register(context.memory_pool()),
            check: check.clone(),
            batch_size: context.session_config().batch_size(),
        })?;
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        let feeder = Feeder { inputs, work, check, draining: false, metrics };
        let batches =
            stream::try_unfold(
                feeder,
                |mut feeder| async move { Ok(feeder.next().await?.map(|batch| (batch, feeder))) },
            );
        Ok(Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), batches)))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}

/// Brings the inputs to the work, one after another, and takes away what it gives.
struct Feeder {
    inputs: VecDeque<(usize, SendableRecordBatchStream)>,
    work: Box<dyn Work>,
    check: Check,
    /// The work was given something and may have rows ready.
    draining: bool,
    metrics: BaselineMetrics,
}

impl Feeder {
    async fn next(&mut self) -> Result<Option<RecordBatch>> {
        loop {
            self.check.now()?;
            if self.draining {
                let ready = {
                    let _timer = self.metrics.elapsed_compute().timer();
                    self.work.next()?
                };
                match ready {
                    Some(batch) if batch.num_rows() == 0 => continue,
                    Some(batch) => {
                        self.metrics.record_output(batch.num_rows());
                        return Ok(Some(batch));
                    }
                    None => self.draining = false,
                }
            }
            let Some((place, input)) = self.inputs.front_mut() else {
                self.metrics.done();
                return Ok(None);
            };
            let (place, batch) = (*place, input.next().await.transpose()?);
            let _timer = self.metrics.elapsed_compute().timer();
            match batch {
                Some(batch) if batch.num_rows() == 0 => continue,
                Some(batch) => self.work.push(place, batch)?,
                None => {
                    self.inputs.pop_front();
                    self.work.end(place)?;
                }
            }
            self.draining = true;
        }
    }
}
