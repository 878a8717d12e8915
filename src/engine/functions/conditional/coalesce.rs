//! `coalesce(value, …)`

use crate::engine::functions::prelude::*;

use super::choice::Choice;

pub(super) const FUNCTION: Function = Function::new("coalesce", evaluate);

/// The first value that is neither null nor an empty string; the last when there is none.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts: Vec<_> = (0..call.len()).map(|index| call.is_text(index).then(|| call.strings(index))).collect();
    let is_missing = |index: usize, row: usize| {
        call.is_null(index, row) || texts[index].as_ref().is_some_and(|text| text.get(row).is_empty())
    };
    let last = call.len() - 1;
    let mut choice = Choice::new(call, 0..call.len());
    for row in 0..call.rows() {
        choice.take((0..last).find(|index| !is_missing(*index, row)).unwrap_or(last), row);
    }
    choice.finish()
}
