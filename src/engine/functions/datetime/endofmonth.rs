//! `endofmonth(date, [offset])`

use crate::engine::functions::prelude::*;

use super::period::{Period, starts};

pub(super) const FUNCTION: Function = Function::new("endofmonth", evaluate);

/// The last tick before the next month begins. The offset counts months.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    starts(call, Period::Month, 1, -1)
}
