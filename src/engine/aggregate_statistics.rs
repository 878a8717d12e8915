//! Aggregates answered by what is known of their input, as DataFusion does, save where one stands upon another.
//!
//! DataFusion looks for the part of an aggregate that reads rows anywhere below it. Where that part has a condition of its
//! own, it goes on to the aggregate below and answers the upper one with that one's values: `T | count | summarize
//! countif(Count > 5)` would be the count of `T`. So each is shown to it alone.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::config::ConfigOptions;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::aggregate_statistics::AggregateStatistics;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateInputMode};

#[derive(Debug)]
pub(super) struct LoneAggregateStatistics(AggregateStatistics);

impl LoneAggregateStatistics {
    pub(super) fn new() -> Self {
        Self(AggregateStatistics::new())
    }
}

impl PhysicalOptimizerRule for LoneAggregateStatistics {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, config: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        let answered = |plan: Arc<dyn ExecutionPlan>| {
            if stands_alone(&plan) {
                self.0.optimize(plan, config).map(Transformed::yes)
            } else {
                Ok(Transformed::no(plan))
            }
        };
        plan.transform_up(answered).data()
    }

    fn name(&self) -> &str {
        self.0.name()
    }

    fn schema_check(&self) -> bool {
        self.0.schema_check()
    }
}

/// Whether this is an aggregate upon rows, in one part or in two, with no other below.
fn stands_alone(plan: &Arc<dyn ExecutionPlan>) -> bool {
    let Some(aggregate) = plan.downcast_ref::<AggregateExec>() else { return false };
    let reader = if aggregate.mode().input_mode() == AggregateInputMode::Raw {
        Some(aggregate)
    } else {
        aggregate.input().downcast_ref::<AggregateExec>()
    };
    reader.is_some_and(|reader| reader.mode().input_mode() == AggregateInputMode::Raw && !has_aggregate(reader.input()))
}

fn has_aggregate(plan: &Arc<dyn ExecutionPlan>) -> bool {
    plan.exists(|it| Ok(it.downcast_ref::<AggregateExec>().is_some())).unwrap_or(true)
}
