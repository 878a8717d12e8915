//! `datetime_diff(part, later, earlier)`

use crate::engine::functions::prelude::*;
use crate::kql::{ScalarType, TICKS_PER_DAY};

use super::part::Part;

pub(super) const FUNCTION: Function = Function::new("datetime_diff", evaluate);

/// How many starts of the part lie between the two: a minute before midnight and a minute after are a day apart.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (names, left, right) = (call.strings(0), call.longs(1), call.longs(2));
    let Some(part) = Part::named(names.get(0)) else { return Err(call.error("unknown part of a datetime")) };
    let difference = |row: usize| Some(number(part, left.get(row)?) - number(part, right.get(row)?));
    if call.returns() == ScalarType::Real {
        return call.make_reals(|row| difference(row).map(|difference| difference as f64));
    }
    call.make_longs(difference)
}

/// The number of the part that holds the instant, counted without a break.
fn number(part: Part, ticks: i64) -> i64 {
    match part {
        Part::Year => part.of(ticks),
        Part::Quarter => Part::Year.of(ticks) * 4 + part.of(ticks),
        Part::Month => Part::Year.of(ticks) * 12 + part.of(ticks),
        // Weeks begin on Sunday; 0001-01-01 was a Monday.
        Part::Week | Part::WeekOfYear => (ticks.div_euclid(TICKS_PER_DAY) + 1).div_euclid(7),
        Part::DayOfYear => ticks.div_euclid(TICKS_PER_DAY),
        Part::Nanosecond => ticks.wrapping_mul(100),
        _ => part.length().map_or(0, |length| ticks.div_euclid(length)),
    }
}
