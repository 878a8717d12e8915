//! `make_datetime(year, month, day, [hour, minute, second])`

use crate::engine::functions::conversion::convert;
use crate::engine::functions::prelude::*;
use crate::kql::{ScalarType, TICKS_PER_SECOND};
use crate::result::CivilDate;

pub(super) const FUNCTION: Function = Function::new("make_datetime", evaluate).when(is_known);

/// How a single number is read is not established.
fn is_known(args: &[ScalarType]) -> bool {
    args.len() > 1 || matches!(args, [ScalarType::Datetime | ScalarType::String | ScalarType::Dynamic])
}

/// Null for a date or time that does not exist.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    if call.len() == 1 {
        return Ok(convert(&call.arg(0).array, call.ty(0), ScalarType::Datetime));
    }
    let whole: Vec<_> = (0..call.len().min(5)).map(|index| call.longs(index)).collect();
    let seconds = (call.len() > 5).then(|| call.reals(5));
    call.make_longs(|row| {
        let part = |index: usize| whole.get(index).map_or(Some(0), |part| part.get(row));
        let (month, day) = (u32::try_from(part(1)?).ok()?, u32::try_from(part(2)?).ok()?);
        let date = CivilDate::new(part(0)?, month, day)?;
        let (hour, minute) = (part(3)?, part(4)?);
        let second = seconds.as_ref().map_or(Some(0.0), |seconds| seconds.get(row))?;
        if !(0..24).contains(&hour) || !(0..60).contains(&minute) || !(0.0..60.0).contains(&second) {
            return None;
        }
        let ticks = (second * TICKS_PER_SECOND as f64).round() as i64;
        Some(date.ticks() + (hour * 3600 + minute * 60) * TICKS_PER_SECOND + ticks)
    })
}
