//! `externaldata`: rows that were read before the plan was written.

use std::sync::Arc;

use super::materialize::computed;
use crate::engine::error::EngineError;
use crate::engine::plan::{Planned, Planner};
use crate::kql::Relation;

pub(in crate::engine) fn externaldata(planner: &mut Planner<'_>, relation: &Relation) -> Result<Planned, EngineError> {
    let read = planner.prepared.external(relation).ok_or_else(|| EngineError::internal("a file was not read"))?;
    let (rows, n_rows) = (Arc::clone(&read.rows), read.n_rows);
    computed(planner, &rows, n_rows)
}
