//! `array_sort_asc(array, …, [nulls_last])`

use crate::engine::functions::prelude::*;

use super::sorting::sorted;

pub(super) const FUNCTION: Function = Function::new("array_sort_asc", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    sorted(call, false)
}
