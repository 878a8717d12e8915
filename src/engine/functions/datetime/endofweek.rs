//! `endofweek(date, [offset])`

use crate::engine::functions::prelude::*;

use super::period::{Period, starts};

pub(super) const FUNCTION: Function = Function::new("endofweek", evaluate);

/// The last tick before the next week begins. The offset counts weeks.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    starts(call, Period::Week, 1, -1)
}
