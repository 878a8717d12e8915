//! `row_number([start], [restart])`

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int64Array};
use datafusion::common::Result;

use super::restart::restart;
use super::{Function, Kind, Window, holds, whole};

pub(super) const FUNCTION: Function = Function {
    name: "row_number",
    evaluated: restart,
    start: |call| {
        let start = whole(call, 0)?;
        Ok(Kind::Running(Box::new(RowNumber { start, next: start })))
    },
};

struct RowNumber {
    start: i64,
    next: i64,
}

impl Window for RowNumber {
    fn next(&mut self, args: &[ArrayRef]) -> Result<ArrayRef> {
        let restart = args[0].as_boolean();
        let numbers = (0..restart.len()).map(|row| {
            if holds(restart, row) {
                self.next = self.start;
            }
            let number = self.next;
            self.next = number.wrapping_add(1);
            number
        });
        Ok(Arc::new(Int64Array::from_iter_values(numbers)))
    }
}
