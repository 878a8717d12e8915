//! A barrier above a sort: rows pass in one partition, in order.
//!
//! In SQL the order of a subquery means nothing, so DataFusion drops a sort below an aggregate or a join. In KQL a
//! `sort` is a promise to whatever follows: `sort by Timestamp asc | summarize make_list(Command)` lists commands in
//! order of time. This node demands the order, which makes DataFusion keep the sort.

use std::fmt;
use std::sync::Arc;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DFSchemaRef, Result};
use datafusion::execution::TaskContext;
use datafusion::execution::context::ExecutionProps;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{Expr, LogicalPlan, SortExpr, UserDefinedLogicalNodeCore};
use datafusion::physical_expr::{
    Distribution, LexOrdering, OrderingRequirements, PhysicalExpr, create_physical_sort_exprs,
};
use datafusion::physical_plan::execution_plan::CardinalityEffect;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, SendableRecordBatchStream,
};
use std::collections::HashSet;

/// The logical node: its input, and the order that the input has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Hash)]
pub(in crate::engine) struct KeepOrder {
    input: LogicalPlan,
    order: Vec<SortExpr>,
}

impl KeepOrder {
    pub(in crate::engine) fn new(input: LogicalPlan, order: Vec<SortExpr>) -> Self {
        Self { input, order }
    }

    pub(super) fn physical(
        &self,
        logical: &LogicalPlan,
        input: Arc<dyn ExecutionPlan>,
        props: &ExecutionProps,
        context: &PhysicalPlanningContext,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let order = create_physical_sort_exprs(&self.order, logical.schema(), props, context)?;
        let order = LexOrdering::new(order);
        Ok(Arc::new(KeepOrderExec { input, order }))
    }
}

impl UserDefinedLogicalNodeCore for KeepOrder {
    fn name(&self) -> &'static str {
        "KeepOrder"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.input]
    }

    fn schema(&self) -> &DFSchemaRef {
        self.input.schema()
    }

    fn expressions(&self) -> Vec<Expr> {
        self.order.iter().map(|key| key.expr.clone()).collect()
    }

    /// Filters may be applied before sorting: fewer rows, same order.
    fn prevent_predicate_push_down_columns(&self) -> HashSet<String> {
        HashSet::new()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeepOrder")
    }

    fn with_exprs_and_inputs(&self, exprs: Vec<Expr>, mut inputs: Vec<LogicalPlan>) -> Result<Self> {
        let order =
            self.order.iter().zip(exprs).map(|(key, expr)| SortExpr::new(expr, key.asc, key.nulls_first)).collect();
        Ok(Self { input: inputs.swap_remove(0), order })
    }

    fn necessary_children_exprs(&self, output_columns: &[usize]) -> Option<Vec<Vec<usize>>> {
        let schema = self.input.schema();
        let mut needed = output_columns.to_vec();
        for key in &self.order {
            for column in key.expr.column_refs() {
                needed.push(schema.maybe_index_of_column(column)?);
            }
        }
        needed.sort_unstable();
        needed.dedup();
        Some(vec![needed])
    }

    fn supports_limit_pushdown(&self) -> bool {
        true
    }
}

/// The physical node.
#[derive(Debug)]
struct KeepOrderExec {
    input: Arc<dyn ExecutionPlan>,
    /// `None` when every key was constant.
    order: Option<LexOrdering>,
}

impl DisplayAs for KeepOrderExec {
    fn fmt_as(&self, _kind: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeepOrder")
    }
}

impl ExecutionPlan for KeepOrderExec {
    fn name(&self) -> &'static str {
        "KeepOrder"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.input.properties()
    }

    fn required_input_distribution(&self) -> Vec<Distribution> {
        vec![Distribution::SinglePartition]
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        vec![self.order.clone().map(OrderingRequirements::from)]
    }

    /// It does, but to say so lets DataFusion put the order that somebody above wants in the place of the one that is
    /// demanded here, where the first keys of both agree.
    fn maintains_input_order(&self) -> Vec<bool> {
        vec![false]
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
        Ok(Arc::new(Self { input: children.swap_remove(0), order: self.order.clone() }))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        self.input.execute(partition, context)
    }

    fn supports_limit_pushdown(&self) -> bool {
        true
    }

    fn cardinality_effect(&self) -> CardinalityEffect {
        CardinalityEffect::Equal
    }
}
