//! `count`: one row, also for no rows.

use datafusion::functions_aggregate::expr_fn;
use datafusion::logical_expr::{LogicalPlanBuilder, lit};

use crate::engine::error::EngineError;
use crate::engine::plan::{Planned, Planner};
use crate::kql::Relation;

pub(in crate::engine) fn count(planner: &mut Planner<'_>, input: &Relation) -> Result<Planned, EngineError> {
    let input = planner.plan_input(input, vec![false; input.columns.len()])?;
    let name = planner.fresh();
    let rows = expr_fn::count(lit(1_i64)).alias(&name);
    let plan =
        LogicalPlanBuilder::from(input.plan).aggregate(Vec::<datafusion::prelude::Expr>::new(), [rows])?.build()?;
    Ok(Planned { plan, columns: vec![datafusion::common::Column::new_unqualified(name)] })
}
