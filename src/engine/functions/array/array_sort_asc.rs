//! `array_sort_asc(array, [nulls_last])`

use crate::engine::functions::prelude::*;

use super::sorting::{is_one_array, sorted};

pub(super) const FUNCTION: Function = Function::new("array_sort_asc", evaluate).when(is_one_array);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    sorted(call, false)
}
