//! `array_sort_desc(array, …, [nulls_last])`

use crate::engine::functions::prelude::*;

use super::sorting::sorted;

pub(super) const FUNCTION: Function = Function::new("array_sort_desc", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    sorted(call, true)
}
