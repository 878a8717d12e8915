//! `project` and everything that the binder made of it: one expression for each output column.

use crate::engine::error::EngineError;
use crate::engine::plan::{Planned, Planner, mark};
use crate::kql::{Relation, Scalar};

pub(in crate::engine) fn project(
    planner: &mut Planner<'_>,
    input: &Relation,
    values: &[Scalar],
    needed: &[bool],
) -> Result<Planned, EngineError> {
    let mut read = vec![false; input.columns.len()];
    for (value, _) in values.iter().zip(needed).filter(|(_, needed)| **needed) {
        mark(&mut read, value);
    }
    let input = planner.plan_coded(input, read)?;
    planner.project_coded(input, values)
}
