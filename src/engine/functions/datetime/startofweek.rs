//! `startofweek(date, [offset])`

use crate::engine::functions::prelude::*;

use super::period::{Period, starts};

pub(super) const FUNCTION: Function = Function::new("startofweek", evaluate);

/// Midnight of the Sunday that begins the week. The offset counts weeks.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    starts(call, Period::Week, 0, 0)
}
