//! A table of the opened folder.

use std::sync::Arc;

use crate::engine::error::EngineError;
use crate::engine::metrics::n_rows;
use crate::engine::plan::{Planned, Planner};
use crate::kql::Relation;

pub(in crate::engine) fn table(
    planner: &mut Planner<'_>,
    relation: &Relation,
    name: &str,
) -> Result<Planned, EngineError> {
    let Some(table) = planner.shared.tables.get(name) else {
        return Err(EngineError::Data { message: format!("there is no table {name} in the opened folder") });
    };
    let table = Arc::clone(table);
    planner.reads(n_rows(&table));
    planner.scanned.push(name.to_owned());
    let names: Vec<&str> = relation.columns.iter().map(|column| column.name.as_str()).collect();
    let scan = planner.scan(&table, &names)?;
    planner.note_codes(&table, &scan);
    Ok(scan)
}
