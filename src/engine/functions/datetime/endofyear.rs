//! `endofyear(date, [offset])`

use crate::engine::functions::prelude::*;

use super::period::{Period, starts};

pub(super) const FUNCTION: Function = Function::new("endofyear", evaluate);

/// The last tick before the next year begins. The offset counts years.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    starts(call, Period::Year, 1, -1)
}
