//! Hearing the word to stop between two batches.
//!
//! A stopped task ends when it next gives way, and DataFusion's operators give way once in 128 batches: a second of work
//! and more. So every operator that can make batches out of its own store, or read them, is followed by a node that ends
//! the stream once the run was stopped.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::execution::TaskContext;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::execution_plan::CardinalityEffect;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, RecordBatchStream, SendableRecordBatchStream,
};
use futures::{Stream, StreamExt};

use crate::engine::error::EngineError;
use crate::engine::stop::Stop;

/// The plan with such nodes in it. It comes after all optimising: no rule knows them.
pub(in crate::engine) fn stoppable(plan: Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    plan.transform_up(|node| {
        if node.children().is_empty() || STORES.contains(&node.name()) {
            return Ok(Transformed::yes(Arc::new(Stoppable { input: node }) as Arc<dyn ExecutionPlan>));
        }
        Ok(Transformed::no(node))
    })
    .data()
}

/// The input, when the plan is such a node.
pub(in crate::engine) fn behind_stoppable(mut plan: &Arc<dyn ExecutionPlan>) -> &Arc<dyn ExecutionPlan> {
    while let Some(Stoppable { input }) = plan.downcast_ref::<Stoppable>() {
        plan = input;
    }
    plan
}

/// DataFusion's operators that give many batches without asking for one.
const STORES: [&str; 10] = [
    "AggregateExec",
    "BoundedWindowAggExec",
    "CrossJoinExec",
    "HashJoinExec",
    "NestedLoopJoinExec",
    "SortExec",
    "SortMergeJoinExec",
    "SortPreservingMergeExec",
    "UnnestExec",
    "WindowAggExec",
];

/// Has the very properties of its input, so that whoever stands above need not be planned anew.
#[derive(Debug)]
struct Stoppable {
    input: Arc<dyn ExecutionPlan>,
}

impl DisplayAs for Stoppable {
    fn fmt_as(&self, _kind: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl ExecutionPlan for Stoppable {
    fn name(&self) -> &'static str {
        "Stoppable"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.input.properties()
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        _visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(self: Arc<Self>, mut children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(Arc::new(Self { input: children.swap_remove(0) }))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let stop = context.session_config().get_extension::<Stop>();
        let input = self.input.execute(partition, context)?;
        Ok(match stop {
            Some(stop) => Box::pin(StoppableStream { input, stop }),
            None => input,
        })
    }

    fn cardinality_effect(&self) -> CardinalityEffect {
        CardinalityEffect::Equal
    }
}

struct StoppableStream {
    input: SendableRecordBatchStream,
    stop: Arc<Stop>,
}

impl Stream for StoppableStream {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.stop.is_stopped() {
            return Poll::Ready(Some(Err(EngineError::Cancelled.into())));
        }
        self.input.poll_next_unpin(context)
    }
}

impl RecordBatchStream for StoppableStream {
    fn schema(&self) -> SchemaRef {
        self.input.schema()
    }
}
