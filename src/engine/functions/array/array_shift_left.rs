//! `array_shift_left(array, count, [fill])`

use crate::engine::functions::prelude::*;

use super::movement::shifted;

pub(super) const FUNCTION: Function = Function::new("array_shift_left", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    shifted(call, 1)
}
