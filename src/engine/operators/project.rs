//! `project` and everything that the binder made of it: one expression for each output column.

use crate::engine::error::EngineError;
use crate::engine::plan::{Planned, Planner};
use crate::kql::{Relation, Scalar};

pub(in crate::engine) fn project(
    planner: &mut Planner<'_>,
    input: &Relation,
    values: &[Scalar],
) -> Result<Planned, EngineError> {
    let input = planner.plan(input)?;
    let values = planner.values(&input, values)?;
    planner.project(input, values)
}
