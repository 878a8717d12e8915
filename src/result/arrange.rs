//! Sorting, filtering and searching a result that has come: answers are rows by their place in it, the result itself
//! stays as it is. All of this may take a while for a large result, so callers do it on a worker and say when to stop.

mod columns;
mod edges;
mod matcher;
mod order;

pub use columns::{Uniform, uniform_columns};
pub use matcher::{Matcher, Pattern, found_rows, matching_rows, those_of};
pub use order::{SortKey, sorted_rows};

use super::set::ResultSet;
use arrow::array::Array;

/// Rows that are looked at between two questions whether to stop.
const ROWS_BETWEEN_LOOKS: usize = 4096;

/// The arrays of one column with the first row of each.
fn arrays(set: &ResultSet, col: usize) -> impl Iterator<Item = (usize, &dyn Array)> {
    let mut start = 0;
    set.batches().iter().map(move |batch| {
        let first = start;
        start += batch.num_rows();
        (first, batch.column(col).as_ref())
    })
}
