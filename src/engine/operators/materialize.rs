//! `materialize`: a relation that was computed before the plan, or the relation itself where it is read only once.

use std::sync::Arc;

use datafusion::catalog::TableProvider;

use crate::engine::error::EngineError;
use crate::engine::plan::{Planned, Planner};
use crate::kql::Relation;

pub(in crate::engine) fn materialize(
    planner: &mut Planner<'_>,
    id: usize,
    input: &Relation,
) -> Result<Planned, EngineError> {
    let Some(table) = planner.prepared.relation(id) else { return planner.plan(input) };
    let (rows, n_rows) = (Arc::clone(&table.rows), table.n_rows);
    computed(planner, &rows, n_rows)
}

/// The scan of rows that were computed before.
pub(super) fn computed(
    planner: &mut Planner<'_>,
    rows: &Arc<dyn TableProvider>,
    n_rows: usize,
) -> Result<Planned, EngineError> {
    planner.reads(Some(n_rows as u64));
    let schema = rows.schema();
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    planner.scan(rows, &names)
}
