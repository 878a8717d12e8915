//! `dayofweek(date)`

use crate::engine::functions::prelude::*;
use crate::kql::TICKS_PER_DAY;

pub(super) const FUNCTION: Function = Function::new("dayofweek", evaluate);

/// Whole days since Sunday, as a timespan.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let dates = call.longs(0);
    call.make_longs(|row| Some((dates.get(row)?.div_euclid(TICKS_PER_DAY) + 1).rem_euclid(7) * TICKS_PER_DAY))
}
