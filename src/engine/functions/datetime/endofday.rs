//! `endofday(date, [offset])`

use crate::engine::functions::prelude::*;

use super::period::{Period, starts};

pub(super) const FUNCTION: Function = Function::new("endofday", evaluate);

/// The last tick before the next day begins. The offset counts days.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    starts(call, Period::Day, 1, -1)
}
