//! `prev(column, [offset], [default])`

use arrow::array::UInt64Array;
use arrow::array::{Array, ArrayRef};
use arrow::compute::{concat, take};
use datafusion::common::{Result, ScalarValue};

use super::neighbour::{default, distance, value};
use super::{Function, Kind, Window};

pub(super) const FUNCTION: Function = Function {
    name: "prev",
    evaluated: value,
    start: |call| Ok(Kind::Running(Box::new(Prev { offset: distance(call)?, default: default(call)?, last: None }))),
};

struct Prev {
    offset: usize,
    default: ScalarValue,
    /// The last values, at most as many as the offset.
    last: Option<ArrayRef>,
}

impl Window for Prev {
    fn next(&mut self, args: &[ArrayRef]) -> Result<ArrayRef> {
        let values = &args[0];
        let n_rows = values.len();
        let known = match &self.last {
            Some(last) => concat(&[last, values])?,
            None => ArrayRef::clone(values),
        };
        let n_missing = (self.offset - (known.len() - n_rows)).min(n_rows);
        let there = known.slice(0, n_rows - n_missing);
        let column =
            if n_missing == 0 { there } else { concat(&[&self.default.to_array_of_size(n_missing)?, &there])? };
        let n_kept = self.offset.min(known.len());
        let kept = UInt64Array::from_iter_values(((known.len() - n_kept) as u64)..known.len() as u64);
        // Copied, for a slice would hold on to the whole batch.
        self.last = Some(take(&known, &kept, None)?);
        Ok(column)
    }

    fn size(&self) -> usize {
        self.last.as_ref().map_or(0, Array::get_array_memory_size)
    }
}
