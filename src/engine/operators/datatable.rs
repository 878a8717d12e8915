//! `datatable`: literal rows, kept as one batch in memory so that their order is the order written.

use std::sync::Arc;

use arrow::array::{ArrayRef, new_empty_array};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::catalog::{MemTable, TableProvider};
use datafusion::scalar::ScalarValue;

use crate::engine::error::EngineError;
use crate::engine::plan::{Planned, Planner, types};
use crate::engine::storage;
use crate::kql::{Relation, Value};

pub(in crate::engine) fn datatable(
    planner: &mut Planner<'_>,
    relation: &Relation,
    rows: &[Vec<Value>],
) -> Result<Planned, EngineError> {
    planner.reads(Some(rows.len() as u64));
    let types = types(relation);
    let names: Vec<String> = (0..types.len()).map(|index| format!("v{index}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let schema = storage::schema(names.iter().copied().zip(types.iter().copied()));
    let mut arrays: Vec<ArrayRef> = Vec::with_capacity(types.len());
    for (index, ty) in types.iter().enumerate() {
        arrays.push(if rows.is_empty() {
            new_empty_array(&storage::data_type(*ty))
        } else {
            ScalarValue::iter_to_array(rows.iter().map(|row| storage::literal(&row[index])))?
        });
    }
    let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
    let batch = RecordBatch::try_new_with_options(Arc::clone(&schema), arrays, &options)
        .map_err(|error| EngineError::internal(error.to_string()))?;
    let table: Arc<dyn TableProvider> = Arc::new(MemTable::try_new(schema, vec![vec![batch]])?);
    planner.scan(&table, &names)
}
