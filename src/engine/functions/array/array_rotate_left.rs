//! `array_rotate_left(array, count)`

use crate::engine::functions::prelude::*;

use super::movement::rotated;

pub(super) const FUNCTION: Function = Function::new("array_rotate_left", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    rotated(call, 1)
}
