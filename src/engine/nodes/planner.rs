//! Turns our logical nodes into physical ones.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::Result;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{LogicalPlan, UserDefinedLogicalNode};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_planner::{DefaultPhysicalPlanner, ExtensionPlanner, PhysicalPlanner};

use super::{FirstPerKey, KeepOrder, OwnNode};

/// DataFusion's planner, which asks ours for our nodes.
pub(in crate::engine) fn physical_planner() -> DefaultPhysicalPlanner {
    DefaultPhysicalPlanner::with_extension_planners(vec![Arc::new(OwnNodes)])
}

struct OwnNodes;

#[async_trait]
impl ExtensionPlanner for OwnNodes {
    async fn plan_extension(
        &self,
        _planner: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        logical_inputs: &[&LogicalPlan],
        physical_inputs: &[Arc<dyn ExecutionPlan>],
        session: &dyn Session,
        context: &PhysicalPlanningContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        if let Some(node) = node.as_any().downcast_ref::<OwnNode>() {
            return node.physical(physical_inputs).map(Some);
        }
        let ([logical], [physical]) = (logical_inputs, physical_inputs) else { return Ok(None) };
        let props = session.execution_props();
        if let Some(node) = node.as_any().downcast_ref::<KeepOrder>() {
            return node.physical(logical, Arc::clone(physical), props, context).map(Some);
        }
        if let Some(node) = node.as_any().downcast_ref::<FirstPerKey>() {
            return node.physical(logical, Arc::clone(physical), props, context).map(Some);
        }
        Ok(None)
    }
}
