//! `startofmonth(date, [offset])`

use crate::engine::functions::prelude::*;

use super::period::{Period, starts};

pub(super) const FUNCTION: Function = Function::new("startofmonth", evaluate);

/// Midnight of the first day of the month. The offset counts months.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    starts(call, Period::Month, 0, 0)
}
