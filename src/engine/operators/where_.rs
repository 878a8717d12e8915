//! `where`: rows for which the condition is true; a null condition drops the row.

use datafusion::logical_expr::LogicalPlanBuilder;

use crate::engine::error::EngineError;
use crate::engine::expression::Scope;
use crate::engine::plan::{Planned, Planner, mark};
use crate::kql::{Relation, Scalar};

pub(in crate::engine) fn where_(
    planner: &mut Planner<'_>,
    input: &Relation,
    predicate: &Scalar,
    mut needed: Vec<bool>,
) -> Result<Planned, EngineError> {
    mark(&mut needed, predicate);
    let input = planner.plan_coded(input, needed)?;
    let input = planner.texts_for(input, [predicate])?;
    let predicate = Scope { columns: &input.columns, prepared: planner.prepared }.predicate(predicate)?;
    let plan = LogicalPlanBuilder::from(input.plan).filter(predicate)?.build()?;
    Ok(Planned { plan, columns: input.columns })
}
