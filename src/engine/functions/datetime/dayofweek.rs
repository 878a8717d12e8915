//! `dayofweek(date)`

use crate::engine::functions::prelude::*;
use crate::kql::{MAX_DATETIME_TICKS, TICKS_PER_DAY};

pub(super) const FUNCTION: Function = Function::new("dayofweek", evaluate);

/// Whole days since Sunday, as a timespan; null in the week that the calendar ends in, as in Kusto.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let dates = call.longs(0);
    call.make_longs(|row| {
        let day = dates.get(row)?.div_euclid(TICKS_PER_DAY);
        let weekday = (day + 1).rem_euclid(7);
        (day - weekday + 6 <= MAX_DATETIME_TICKS / TICKS_PER_DAY).then_some(weekday * TICKS_PER_DAY)
    })
}
