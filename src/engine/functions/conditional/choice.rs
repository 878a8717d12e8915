//! A column picked row by row from several arguments of one type.

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::arrow::compute::interleave;
use datafusion::common::Result;

use crate::engine::functions::call::Call;
use crate::engine::functions::conversion::convert;

pub(super) struct Choice {
    /// Array and whether it is one value for every row.
    branches: Vec<(ArrayRef, bool)>,
    picked: Vec<(usize, usize)>,
}

impl Choice {
    /// The arguments that may be picked, as the type that the call returns.
    pub(super) fn new(call: &Call<'_>, indices: impl IntoIterator<Item = usize>) -> Self {
        let branch = |index: usize| {
            let arg = call.arg(index);
            (convert(&arg.array, arg.ty, call.returns()), arg.constant)
        };
        Self { branches: indices.into_iter().map(branch).collect(), picked: Vec::with_capacity(call.rows()) }
    }

    /// Picks a branch for the next row.
    pub(super) fn take(&mut self, branch: usize, row: usize) {
        self.picked.push((branch, if self.branches[branch].1 { 0 } else { row }));
    }

    pub(super) fn finish(self) -> Result<ArrayRef> {
        let arrays: Vec<&dyn Array> = self.branches.iter().map(|(array, _)| array.as_ref()).collect();
        Ok(interleave(&arrays, &self.picked)?)
    }
}
