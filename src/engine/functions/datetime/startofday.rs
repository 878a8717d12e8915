//! `startofday(date, [offset])`

use crate::engine::functions::prelude::*;

use super::period::{Period, starts};

pub(super) const FUNCTION: Function = Function::new("startofday", evaluate);

/// Midnight of the day. The offset counts days.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    starts(call, Period::Day, 0, 0)
}
