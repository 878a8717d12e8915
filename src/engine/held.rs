//! Results that are held in memory as tables of an engine.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::compute::cast;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::catalog::TableProvider;
use datafusion::datasource::MemTable;

use super::error::EngineError;
use super::memory::EnginePool;
use super::storage::{data_type, schema};
use super::{Engine, EngineOptions, LoadReport, Shared};
use crate::kql::{ColumnSymbol, ScalarType, Schema, TableSymbol};
use crate::result::{ResultSet, distinct_names};

impl Engine {
    /// Results as tables of these names, without a copy of their rows. Of two columns of one name the later one gets a
    /// number; a column of unknown type is dynamic.
    pub fn of_results(results: &[(&str, &ResultSet)], options: &EngineOptions) -> Result<Self, EngineError> {
        let mut known = Schema::default();
        let mut tables: BTreeMap<String, Arc<dyn TableProvider>> = BTreeMap::new();
        for (name, set) in results {
            let columns: Vec<ColumnSymbol> = distinct_names(set)
                .into_iter()
                .zip(set.columns())
                .map(|(name, column)| {
                    let ty = if column.ty == ScalarType::Unknown { ScalarType::Dynamic } else { column.ty };
                    ColumnSymbol::new(name, ty)
                })
                .collect();
            tables.insert((*name).to_owned(), Arc::new(held(&columns, set, options.partitions)?));
            let description = "Rows that were fetched before.".to_owned();
            known.insert(TableSymbol { name: (*name).to_owned(), columns: columns.into(), description });
        }
        let shared = Shared {
            tables,
            pool: Arc::new(EnginePool::new(options.memory_limit)),
            partitions: options.partitions.max(1),
        };
        Ok(Self { shared: Arc::new(shared), schema: known, data_end: None, report: LoadReport::default() })
    }
}

/// The batches one behind the other in as many parts as are read at once: reading the parts in order gives the rows in
/// order.
fn held(columns: &[ColumnSymbol], set: &ResultSet, partitions: usize) -> Result<MemTable, EngineError> {
    let fields = schema(columns.iter().map(|it| (it.name.as_str(), it.ty)));
    let mut batches = Vec::with_capacity(set.batches().len());
    for batch in set.batches() {
        let arrays = columns.iter().zip(batch.columns()).map(|(column, array)| stored(array, column.ty));
        let arrays = arrays.collect::<Result<Vec<_>, _>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&fields), arrays, &options);
        batches.push(batch.map_err(|it| EngineError::internal(it.to_string()))?);
    }
    let size = batches.len().div_ceil(partitions.max(1)).max(1);
    let mut parts: Vec<Vec<RecordBatch>> = batches.chunks(size).map(<[_]>::to_vec).collect();
    if parts.is_empty() {
        parts.push(Vec::new());
    }
    Ok(MemTable::try_new(fields, parts)?)
}

fn stored(array: &ArrayRef, ty: ScalarType) -> Result<ArrayRef, EngineError> {
    let wanted = data_type(ty);
    if *array.data_type() == wanted {
        return Ok(Arc::clone(array));
    }
    cast(array, &wanted).map_err(|it| EngineError::internal(it.to_string()))
}
