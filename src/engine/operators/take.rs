//! `take`: the first rows of an ordered input, else any.

use datafusion::logical_expr::LogicalPlanBuilder;

use crate::engine::error::EngineError;
use crate::engine::plan::{Planned, Planner};
use crate::kql::Relation;

pub(in crate::engine) fn take(
    planner: &mut Planner<'_>,
    input: &Relation,
    count: i64,
    needed: Vec<bool>,
) -> Result<Planned, EngineError> {
    let input = planner.plan_coded(input, needed)?;
    let count = usize::try_from(count).unwrap_or(0);
    let plan = LogicalPlanBuilder::from(input.plan).limit(0, Some(count))?.build()?;
    Ok(Planned { plan, columns: input.columns })
}
