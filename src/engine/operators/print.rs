//! `print`: one row of expressions that read no column.

use datafusion::logical_expr::LogicalPlanBuilder;

use crate::engine::error::EngineError;
use crate::engine::plan::{Planned, Planner};
use crate::kql::Scalar;

pub(in crate::engine) fn print(planner: &mut Planner<'_>, values: &[Scalar]) -> Result<Planned, EngineError> {
    let row = Planned { plan: LogicalPlanBuilder::empty(true).build()?, columns: Vec::new() };
    let values = planner.values(&row, values)?;
    planner.project(row, values)
}
