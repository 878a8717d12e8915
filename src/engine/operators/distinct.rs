//! `distinct`: one row for each combination of values; a null is a value, and not the same as the empty string.

use datafusion::logical_expr::{Expr, LogicalPlanBuilder};

use super::summarize::group_keys;
use crate::engine::error::EngineError;
use crate::engine::plan::{Planned, Planner, references, types};
use crate::kql::Relation;

pub(in crate::engine) fn distinct(planner: &mut Planner<'_>, input: &Relation) -> Result<Planned, EngineError> {
    let types = types(input);
    let input = planner.plan(input)?;
    let keys = group_keys(references(&input.columns), &types);
    let input = planner.project(input, keys)?;
    let columns = input.columns.clone();
    let plan = LogicalPlanBuilder::from(input.plan).aggregate(references(&columns), Vec::<Expr>::new())?.build()?;
    Ok(Planned { plan, columns })
}
