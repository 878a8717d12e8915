//! A table of the lab, read back with the Parquet crate and not with the product's engine.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, Int32Type, Int64Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::metadata::RowGroupMetaData;

pub(super) struct Table {
    pub(super) batch: RecordBatch,
    /// Rows in each row group.
    pub(super) groups: Vec<i64>,
    columns: BTreeMap<String, usize>,
}

impl Table {
    pub(super) fn read(path: &Path) -> Self {
        let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
        let groups = reader.metadata().row_groups().iter().map(RowGroupMetaData::num_rows).collect();
        let schema = Arc::clone(reader.schema());
        let batches: Vec<RecordBatch> = reader.build().unwrap().map(Result::unwrap).collect();
        let batch = concat_batches(&schema, &batches).unwrap();
        let columns = schema.fields().iter().enumerate().map(|(index, field)| (field.name().clone(), index)).collect();
        Self { batch, groups, columns }
    }

    pub(super) fn len(&self) -> usize {
        self.batch.num_rows()
    }

    fn array(&self, column: &str) -> &dyn Array {
        let index = self.columns.get(column).unwrap_or_else(|| panic!("no column {column}"));
        self.batch.column(*index).as_ref()
    }

    /// The text of a cell; empty for null.
    pub(super) fn text(&self, column: &str, row: usize) -> &str {
        let array = self.array(column).as_string::<i32>();
        if array.is_null(row) { "" } else { array.value(row) }
    }

    /// The number of a cell, ticks for a datetime.
    pub(super) fn number(&self, column: &str, row: usize) -> Option<i64> {
        let array = self.array(column);
        if array.is_null(row) {
            return None;
        }
        Some(match array.data_type() {
            DataType::Int32 => i64::from(array.as_primitive::<Int32Type>().value(row)),
            DataType::Boolean => i64::from(array.as_boolean().value(row)),
            _ => array.as_primitive::<Int64Type>().value(row),
        })
    }

    pub(super) fn time(&self, row: usize) -> i64 {
        self.number("Timestamp", row).unwrap()
    }

    /// The rows for which a condition holds.
    pub(super) fn rows(&self, keep: impl Fn(usize) -> bool) -> Vec<usize> {
        (0..self.len()).filter(|row| keep(*row)).collect()
    }

    /// How many of a thousand rows satisfy a condition.
    pub(super) fn per_mille(&self, keep: impl Fn(usize) -> bool) -> usize {
        self.rows(keep).len() * 1000 / self.len()
    }
}
