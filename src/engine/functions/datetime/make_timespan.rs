//! `make_timespan([days], hours, minutes, [seconds])`

use crate::engine::functions::conversion::convert;
use crate::engine::functions::prelude::*;
use crate::kql::{ScalarType, TICKS_PER_DAY, TICKS_PER_SECOND};

pub(super) const FUNCTION: Function = Function::new("make_timespan", evaluate);

/// Null when a part is not below what makes the next greater one.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    if call.len() == 1 {
        return Ok(convert(&call.arg(0).array, call.ty(0), ScalarType::Timespan));
    }
    let days = (call.len() == 4).then(|| call.longs(0));
    let first = usize::from(call.len() == 4);
    let (hours, minutes) = (call.longs(first), call.longs(first + 1));
    let seconds = (call.len() > first + 2).then(|| call.reals(first + 2));
    call.make_longs(|row| {
        let days = days.as_ref().map_or(Some(0), |days| days.get(row))?;
        let (hour, minute) = (hours.get(row)?, minutes.get(row)?);
        let second = seconds.as_ref().map_or(Some(0.0), |seconds| seconds.get(row))?;
        if !(0..24).contains(&hour) || !(0..60).contains(&minute) || !(0.0..60.0).contains(&second) {
            return None;
        }
        let ticks = (second * TICKS_PER_SECOND as f64).round() as i64;
        days.checked_mul(TICKS_PER_DAY)?.checked_add((hour * 3600 + minute * 60) * TICKS_PER_SECOND + ticks)
    })
}
