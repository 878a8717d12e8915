//! Filters pushed down a plan, as DataFusion does, save where an operator answers rows for no rows.
//!
//! A condition without columns names nothing that would keep it above an aggregate without keys, so DataFusion pushes it
//! below. One that is false then leaves the aggregate nothing to read, and still it answers its one row. Nodes of ours
//! may do the same. Such a condition stays where it is until it is simplified away.

use datafusion::common::Result;
use datafusion::common::tree_node::Transformed;
use datafusion::logical_expr::LogicalPlan;
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::optimizer::push_down_filter::PushDownFilter;
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};

#[derive(Debug)]
pub(super) struct FilterPushdown(PushDownFilter);

impl FilterPushdown {
    pub(super) fn new() -> Self {
        Self(PushDownFilter::new())
    }
}

impl OptimizerRule for FilterPushdown {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        self.0.apply_order()
    }

    fn rewrite(&self, plan: LogicalPlan, config: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        if must_stay(&plan) { Ok(Transformed::no(plan)) } else { self.0.rewrite(plan, config) }
    }
}

/// Whether these are filters, one of them with a condition without columns, right above what must not be cut off.
fn must_stay(plan: &LogicalPlan) -> bool {
    let (mut below, mut is_constant) = (plan, false);
    while let LogicalPlan::Filter(filter) = below {
        is_constant |= split_conjunction(&filter.predicate).iter().any(|it| it.column_refs().is_empty());
        below = filter.input.as_ref();
    }
    is_constant
        && match below {
            LogicalPlan::Aggregate(aggregate) => aggregate.group_expr.is_empty(),
            LogicalPlan::Extension(_) => true,
            _ => false,
        }
}
