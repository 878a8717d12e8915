//! `startofyear(date, [offset])`

use crate::engine::functions::prelude::*;

use super::period::{Period, starts};

pub(super) const FUNCTION: Function = Function::new("startofyear", evaluate);

/// Midnight of 1 January. The offset counts years.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    starts(call, Period::Year, 0, 0)
}
