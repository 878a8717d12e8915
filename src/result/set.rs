//! The result set: columns with KQL types, and the record batches that have arrived.

use arrow::record_batch::RecordBatch;

use super::size::batch_bytes;
use super::stats::TableSize;
use crate::kql::ScalarType;

/// A column of a result, in the order the answer gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub ty: ScalarType,
}

/// Why a result has fewer rows than the query found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Truncation {
    /// Our own or the service's limit on rows.
    Rows { limit: u64 },
    /// Our own or the service's limit on bytes.
    Bytes { limit: u64 },
    /// What the service said, in its words.
    Service { message: String },
}

/// A result behind the first one, of a query that gives several.
#[derive(Debug, Clone, Default)]
pub struct NamedResult {
    /// As the query names it.
    pub name: Option<String>,
    pub set: ResultSet,
}

/// Rows as they arrived.
#[derive(Debug, Clone, Default)]
pub struct ResultSet {
    columns: Vec<Column>,
    batches: Vec<RecordBatch>,
    /// First row of each batch.
    starts: Vec<usize>,
    n_rows: usize,
    pub truncation: Option<Truncation>,
}

impl ResultSet {
    pub fn new(columns: Vec<Column>) -> Self {
        Self { columns, ..Self::default() }
    }

    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    pub fn batches(&self) -> &[RecordBatch] {
        &self.batches
    }

    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// Appends rows. The batch has one array for each column, stored as `kql::scalar` says.
    pub fn push(&mut self, batch: RecordBatch) {
        debug_assert_eq!(batch.num_columns(), self.columns.len(), "a batch has the columns of its result");
        self.starts.push(self.n_rows);
        self.n_rows += batch.num_rows();
        self.batches.push(batch);
    }

    /// Rows, and the bytes of their values: what a service states as the size of a table.
    pub fn size(&self) -> TableSize {
        let bytes = self.batches.iter().map(batch_bytes).sum();
        TableSize { rows: self.n_rows as u64, bytes }
    }

    /// The batch that holds a row, and the row's place in it.
    pub fn locate(&self, row: usize) -> Option<(&RecordBatch, usize)> {
        self.place(row).map(|(batch, row)| (&self.batches[batch], row))
    }

    /// The number of the batch that holds a row, and the row's place in it.
    pub(super) fn place(&self, row: usize) -> Option<(usize, usize)> {
        if row >= self.n_rows {
            return None;
        }
        let batch = self.starts.partition_point(|start| *start <= row) - 1;
        Some((batch, row - self.starts[batch]))
    }
}
