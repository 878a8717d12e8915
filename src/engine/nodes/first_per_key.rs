//! The first row of each key, as the left side of an `innerunique` join: a filter that remembers the keys it has seen.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray};
use arrow::compute::filter_record_batch;
use arrow::datatypes::{Field, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DFSchemaRef, Result};
use datafusion::execution::TaskContext;
use datafusion::execution::context::ExecutionProps;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{Expr, LogicalPlan, UserDefinedLogicalNodeCore};
use datafusion::physical_expr::{Distribution, PhysicalExpr, create_physical_expr};
use datafusion::physical_plan::aggregates::group_values::{GroupValues, new_group_values};
use datafusion::physical_plan::aggregates::order::GroupOrdering;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, SendableRecordBatchStream,
};
use futures::StreamExt;

/// The logical node.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Hash)]
pub(in crate::engine) struct FirstPerKey {
    input: LogicalPlan,
    keys: Vec<Expr>,
}

impl FirstPerKey {
    pub(in crate::engine) fn new(input: LogicalPlan, keys: Vec<Expr>) -> Self {
        Self { input, keys }
    }

    pub(super) fn physical(
        &self,
        logical: &LogicalPlan,
        input: Arc<dyn ExecutionPlan>,
        props: &ExecutionProps,
        context: &PhysicalPlanningContext,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let keys = self.keys.iter().map(|key| create_physical_expr(key, logical.schema(), props, context));
        Ok(Arc::new(FirstPerKeyExec { keys: keys.collect::<Result<_>>()?, input }))
    }
}

impl UserDefinedLogicalNodeCore for FirstPerKey {
    fn name(&self) -> &'static str {
        "FirstPerKey"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.input]
    }

    fn schema(&self) -> &DFSchemaRef {
        self.input.schema()
    }

    fn expressions(&self) -> Vec<Expr> {
        self.keys.clone()
    }

    /// Kusto itself applies later filters before it reduces the left side (kql-semantics T18), so nothing is held back.
    fn prevent_predicate_push_down_columns(&self) -> HashSet<String> {
        HashSet::new()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FirstPerKey")
    }

    fn with_exprs_and_inputs(&self, exprs: Vec<Expr>, mut inputs: Vec<LogicalPlan>) -> Result<Self> {
        Ok(Self { input: inputs.swap_remove(0), keys: exprs })
    }

    fn necessary_children_exprs(&self, output_columns: &[usize]) -> Option<Vec<Vec<usize>>> {
        let schema = self.input.schema();
        let mut needed = output_columns.to_vec();
        for key in &self.keys {
            for column in key.column_refs() {
                needed.push(schema.maybe_index_of_column(column)?);
            }
        }
        needed.sort_unstable();
        needed.dedup();
        Some(vec![needed])
    }
}

/// The physical node: equal keys are brought into one partition, where the order of rows is kept.
#[derive(Debug)]
struct FirstPerKeyExec {
    input: Arc<dyn ExecutionPlan>,
    keys: Vec<Arc<dyn PhysicalExpr>>,
}

impl DisplayAs for FirstPerKeyExec {
    fn fmt_as(&self, _kind: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<String> = self.keys.iter().map(ToString::to_string).collect();
        write!(f, "FirstPerKey: [{}]", keys.join(", "))
    }
}

impl ExecutionPlan for FirstPerKeyExec {
    fn name(&self) -> &'static str {
        "FirstPerKey"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.input.properties()
    }

    fn required_input_distribution(&self) -> Vec<Distribution> {
        vec![Distribution::KeyPartitioned(self.keys.clone())]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        for key in &self.keys {
            if visit(key)? == TreeNodeRecursion::Stop {
                return Ok(TreeNodeRecursion::Stop);
            }
        }
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(self: Arc<Self>, mut children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(Arc::new(Self { input: children.swap_remove(0), keys: self.keys.clone() }))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let schema = self.schema();
        let memory = MemoryConsumer::new("FirstPerKey").register(context.memory_pool());
        let mut seen = Seen::new(self.keys.clone(), &schema, memory)?;
        let batches = self.input.execute(partition, context)?.map(move |batch| seen.keep_new(&batch?));
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, batches)))
    }
}

/// The keys of one partition so far.
struct Seen {
    keys: Vec<Arc<dyn PhysicalExpr>>,
    groups: Box<dyn GroupValues>,
    /// Group of each row of the current batch.
    of_row: Vec<usize>,
    memory: MemoryReservation,
}

impl Seen {
    fn new(keys: Vec<Arc<dyn PhysicalExpr>>, input: &SchemaRef, memory: MemoryReservation) -> Result<Self> {
        let fields = keys
            .iter()
            .enumerate()
            .map(|(at, key)| Ok(Field::new(format!("k{at}"), key.data_type(input)?, true)))
            .collect::<Result<Vec<_>>>()?;
        let groups = new_group_values(Arc::new(Schema::new(fields)), &GroupOrdering::None)?;
        Ok(Self { keys, groups, of_row: Vec::new(), memory })
    }

    /// The rows whose key was not seen before, in order.
    fn keep_new(&mut self, batch: &RecordBatch) -> Result<RecordBatch> {
        let keys: Vec<ArrayRef> =
            self.keys.iter().map(|key| key.evaluate(batch)?.into_array(batch.num_rows())).collect::<Result<_>>()?;
        let n_before = self.groups.len();
        self.groups.intern(&keys, &mut self.of_row)?;
        self.memory.try_resize(self.groups.size())?;
        let mut met = vec![false; self.groups.len() - n_before];
        let is_new: BooleanArray = self
            .of_row
            .iter()
            .map(|group| Some(*group >= n_before && !std::mem::replace(&mut met[*group - n_before], true)))
            .collect();
        Ok(filter_record_batch(batch, &is_new)?)
    }
}
