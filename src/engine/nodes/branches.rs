//! A union of branches with constants of their own: what is constant within a branch is not constant in the union.
//!
//! DataFusion knows that `union (T | extend a = 1), (T | extend a = 2)` has one `a` in each partition. Sorted by `a, b`,
//! each partition is then in the order of `b` alone, and it goes on to believe so of the partitions merged: a `distinct
//! b` above it takes its groups for finished when they are not, and answers some of them twice. A node above such a
//! union forgets these constants before anything is built upon them.

use std::fmt;
use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::common::{Result, Statistics};
use datafusion::config::ConfigOptions;
use datafusion::execution::TaskContext;
use datafusion::physical_expr::{AcrossPartitions, PhysicalExpr};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::execution_plan::CardinalityEffect;
use datafusion::physical_plan::filter_pushdown::{FilterDescription, FilterPushdownPhase};
use datafusion::physical_plan::statistics::{ChildStats, StatisticsArgs};
use datafusion::physical_plan::union::UnionExec;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, SendableRecordBatchStream,
};

/// Puts a [`BranchesExec`] above each union that needs one.
#[derive(Debug)]
pub(in crate::engine) struct ForgetBranchConstants;

impl PhysicalOptimizerRule for ForgetBranchConstants {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _config: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        let above = |plan: Arc<dyn ExecutionPlan>| {
            let properties = plan.properties();
            let differs = || {
                let constants = properties.eq_properties.constants();
                constants.iter().any(|constant| constant.across_partitions == AcrossPartitions::Heterogeneous)
            };
            if plan.downcast_ref::<UnionExec>().is_some() && differs() {
                return Ok(Transformed::yes(Arc::new(BranchesExec::new(plan)) as Arc<dyn ExecutionPlan>));
            }
            Ok(Transformed::no(plan))
        };
        plan.transform_up(above).data()
    }

    fn name(&self) -> &'static str {
        "forget_branch_constants"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// Passes rows on as they come.
#[derive(Debug)]
struct BranchesExec {
    input: Arc<dyn ExecutionPlan>,
    properties: Arc<PlanProperties>,
}

impl BranchesExec {
    fn new(input: Arc<dyn ExecutionPlan>) -> Self {
        let mut known = input.properties().eq_properties.clone();
        // An order that leaves such a constant out is one of each partition alone.
        known.clear_orderings();
        known.clear_per_partition_constants();
        let properties = PlanProperties::clone(input.properties()).with_eq_properties(known);
        Self { input, properties: Arc::new(properties) }
    }
}

impl DisplayAs for BranchesExec {
    fn fmt_as(&self, _kind: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Branches")
    }
}

impl ExecutionPlan for BranchesExec {
    fn name(&self) -> &'static str {
        "Branches"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    /// It does, but what is asked for in order must not be sought below.
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
        Ok(Arc::new(Self::new(children.swap_remove(0))))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        self.input.execute(partition, context)
    }

    fn child_stats_requests(&self, partition: Option<usize>) -> Vec<ChildStats> {
        vec![ChildStats::At(partition)]
    }

    fn statistics_from_inputs(&self, inputs: &[Arc<Statistics>], _args: &StatisticsArgs) -> Result<Arc<Statistics>> {
        Ok(Arc::clone(&inputs[0]))
    }

    fn supports_limit_pushdown(&self) -> bool {
        true
    }

    fn cardinality_effect(&self) -> CardinalityEffect {
        CardinalityEffect::Equal
    }

    fn gather_filters_for_pushdown(
        &self,
        _phase: FilterPushdownPhase,
        parent_filters: Vec<Arc<dyn PhysicalExpr>>,
        _config: &ConfigOptions,
    ) -> Result<FilterDescription> {
        FilterDescription::from_children(parent_filters, &self.children())
    }
}
