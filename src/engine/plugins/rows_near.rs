//! `rows_near`: rows that a condition is true of, and those that stand near them.

use arrow::array::{ArrayRef, AsArray, BooleanArray};
use arrow::compute::filter;
use arrow::record_batch::RecordBatch;
use datafusion::common::Result;

use super::Whole;
use crate::engine::nodes::Check;

#[derive(Debug)]
pub(super) struct RowsNear {
    pub(super) before: u64,
    pub(super) after: u64,
}

impl Whole for RowsNear {
    fn compute(&self, inputs: &[RecordBatch], check: &mut Check) -> Result<Vec<ArrayRef>> {
        let Some((met, columns)) = inputs[0].columns().split_last() else { return Ok(Vec::new()) };
        let met: Vec<bool> = met.as_boolean().iter().map(|it| it == Some(true)).collect();
        let mut near = vec![false; met.len()];
        // Everything before this place is decided.
        let mut decided = 0;
        for (row, _) in met.iter().enumerate().filter(|(_, met)| **met) {
            check.step()?;
            let from = row.saturating_sub(usize::try_from(self.before).unwrap_or(usize::MAX)).max(decided);
            let upto = row.saturating_add(usize::try_from(self.after).unwrap_or(usize::MAX)).min(met.len() - 1) + 1;
            if from < upto {
                near[from..upto].fill(true);
                decided = upto;
            }
        }
        let near = BooleanArray::from(near);
        Ok(columns.iter().map(|column| filter(column, &near)).collect::<std::result::Result<_, _>>()?)
    }
}
