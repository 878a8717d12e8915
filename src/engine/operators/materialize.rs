//! `materialize`: a relation that was computed before the plan, or the relation itself where it is read only once.

use std::sync::Arc;

use crate::engine::error::EngineError;
use crate::engine::plan::{Planned, Planner};
use crate::kql::Relation;

pub(in crate::engine) fn materialize(
    planner: &mut Planner<'_>,
    id: usize,
    input: &Relation,
) -> Result<Planned, EngineError> {
    let Some(table) = planner.prepared.relation(id) else { return planner.plan(input) };
    planner.reads(Some(table.n_rows as u64));
    let table = Arc::clone(&table.rows);
    let schema = table.schema();
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    planner.scan(&table, &names)
}
