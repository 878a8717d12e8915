//! `row_rank_dense(term, [restart])`

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int64Array};
use datafusion::common::Result;

use super::restart::value_and_restart;
use super::runs::Runs;
use super::{Function, Kind, Window, holds};

pub(super) const FUNCTION: Function = Function {
    name: "row_rank_dense",
    evaluated: value_and_restart,
    start: |_| Ok(Kind::Running(Box::new(Rank::default()))),
};

/// The number of the run of equal values that a row belongs to.
#[derive(Default)]
struct Rank {
    runs: Runs,
    rank: i64,
}

impl Window for Rank {
    fn next(&mut self, args: &[ArrayRef]) -> Result<ArrayRef> {
        let (goes_on, restart) = (self.runs.goes_on(&args[0])?, args[1].as_boolean());
        let ranks = (0..goes_on.len()).map(|row| {
            if holds(restart, row) {
                self.rank = 1;
            } else if !goes_on.value(row) {
                self.rank += 1;
            }
            self.rank
        });
        Ok(Arc::new(Int64Array::from_iter_values(ranks)))
    }
}
