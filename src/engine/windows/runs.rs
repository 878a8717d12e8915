//! Runs of equal values, for the ranks.

use arrow::array::{Array, ArrayRef, BooleanArray};
use arrow::compute::concat;
use arrow::compute::kernels::cmp::not_distinct;
use datafusion::common::Result;

/// Remembers the last value, to tell whether the next row goes on with it.
#[derive(Default)]
pub(super) struct Runs(Option<ArrayRef>);

impl Runs {
    /// For each row, whether its value is that of the row before; the very first row has none before it.
    pub(super) fn goes_on(&mut self, values: &ArrayRef) -> Result<BooleanArray> {
        let n_rows = values.len();
        if n_rows == 0 {
            return Ok(BooleanArray::from(Vec::<bool>::new()));
        }
        let before = values.slice(0, n_rows - 1);
        let last = self.0.replace(concat(&[&values.slice(n_rows - 1, 1)])?);
        Ok(match last {
            Some(last) => not_distinct(values, &concat(&[&last, &before])?)?,
            None => {
                let rest = not_distinct(&values.slice(1, n_rows - 1), &before)?;
                std::iter::once(Some(false)).chain(rest.iter()).collect()
            }
        })
    }
}
