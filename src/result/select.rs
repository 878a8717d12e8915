//! A part of a result as a result: chosen rows in a chosen order, chosen columns.

use std::sync::Arc;

use arrow::array::Array;
use arrow::compute::interleave;
use arrow::datatypes::{Field, Schema};
use arrow::error::ArrowError;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};

use super::set::ResultSet;

/// Rows that are put together at once, so that no array of texts grows past what its offsets can say.
const ROWS_AT_ONCE: usize = 16 * 1024;

impl ResultSet {
    /// The rows (`None` for all of them) and columns at these places, in this order. Places outside the result are left
    /// out. What the result says of itself, such as that rows are missing, stays. Fails, in words, when a batch is not
    /// stored like the others.
    pub fn select(&self, rows: Option<&[u32]>, cols: &[usize]) -> Result<Self, String> {
        let cols: Vec<usize> = cols.iter().copied().filter(|col| *col < self.columns().len()).collect();
        let mut out = Self::new(cols.iter().map(|col| self.columns()[*col].clone()).collect());
        out.truncation.clone_from(&self.truncation);
        let Some(rows) = rows else {
            for batch in self.batches() {
                out.push(batch.project(&cols).map_err(|it| it.to_string())?);
            }
            return Ok(out);
        };
        for rows in rows.chunks(ROWS_AT_ONCE) {
            let places: Vec<_> = rows.iter().filter_map(|row| self.place(*row as usize)).collect();
            if !places.is_empty() {
                out.push(self.gather(&places, &cols).map_err(|it| it.to_string())?);
            }
        }
        Ok(out)
    }

    /// One batch of the rows at these places.
    fn gather(&self, places: &[(usize, usize)], cols: &[usize]) -> Result<RecordBatch, ArrowError> {
        let arrays = cols.iter().map(|col| {
            let arrays: Vec<&dyn Array> = self.batches().iter().map(|it| it.column(*col).as_ref()).collect();
            interleave(&arrays, places)
        });
        let arrays = arrays.collect::<Result<Vec<_>, _>>()?;
        let fields = arrays
            .iter()
            .zip(cols)
            .map(|(array, col)| Field::new(self.columns()[*col].name.clone(), array.data_type().clone(), true));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let options = RecordBatchOptions::new().with_row_count(Some(places.len()));
        RecordBatch::try_new_with_options(schema, arrays, &options)
    }
}
