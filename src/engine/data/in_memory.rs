//! Rows that are in memory already as a table.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatchOptions;
use datafusion::catalog::{MemTable, TableProvider};

use super::storage;
use crate::engine::EngineError;
use crate::kql::TableSymbol;

/// A table of batches that have its columns, in as many parts as a plan has partitions and in their order.
pub(in crate::engine) fn in_memory(
    symbol: &TableSymbol,
    batches: &[RecordBatch],
    partitions: usize,
) -> Result<Arc<dyn TableProvider>, EngineError> {
    let internal = |it: &dyn std::fmt::Display| EngineError::Internal { message: it.to_string() };
    let schema = storage::schema(&symbol.columns);
    let mut stored = Vec::with_capacity(batches.len());
    for batch in batches {
        let arrays = batch.columns().iter().zip(schema.fields()).map(|(array, field)| fitted(array, field));
        let arrays = arrays.collect::<Result<Vec<_>, _>>().map_err(|it| internal(&it))?;
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&schema), arrays, &options);
        stored.push(batch.map_err(|it| internal(&it))?);
    }
    let size = stored.len().div_ceil(partitions.max(1)).max(1);
    let mut parts: Vec<Vec<RecordBatch>> = stored.chunks(size).map(<[_]>::to_vec).collect();
    if parts.is_empty() {
        parts.push(Vec::new());
    }
    Ok(Arc::new(MemTable::try_new(schema, parts).map_err(|it| internal(&it))?))
}

/// An array as the table stores it. A string of KQL is never null: where an answer had none it is empty.
fn fitted(array: &ArrayRef, field: &Field) -> Result<ArrayRef, ArrowError> {
    let array =
        if array.data_type() == field.data_type() { Arc::clone(array) } else { cast(array, field.data_type())? };
    if field.is_nullable() || array.null_count() == 0 || field.data_type() != &DataType::Utf8 {
        return Ok(array);
    }
    Ok(Arc::new(array.as_string::<i32>().iter().map(|it| Some(it.unwrap_or_default())).collect::<StringArray>()))
}
