//! `datetime_add(part, amount, date)`

use crate::engine::functions::prelude::*;
use crate::kql::{MAX_DATETIME_TICKS, TICKS_PER_DAY};
use crate::result::{CivilDate, days_in_month};

use super::part::Part;

pub(super) const FUNCTION: Function = Function::new("datetime_add", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (names, amounts, dates) = (call.strings(0), call.longs(1), call.longs(2));
    let Some(part) = Part::named(names.get(0)) else { return Err(call.error("unknown part of a datetime")) };
    call.make_longs(|row| {
        let moved = moved(part, amounts.get(row)?, dates.get(row)?)?;
        (0..=MAX_DATETIME_TICKS).contains(&moved).then_some(moved)
    })
}

fn moved(part: Part, amount: i64, ticks: i64) -> Option<i64> {
    match part {
        Part::Year => add_months(ticks, amount.checked_mul(12)?),
        Part::Quarter => add_months(ticks, amount.checked_mul(3)?),
        Part::Month => add_months(ticks, amount),
        Part::Nanosecond => ticks.checked_add(amount / 100),
        _ => ticks.checked_add(amount.checked_mul(part.length()?)?),
    }
}

/// The same day and time of another month; the month's last day when it is shorter.
fn add_months(ticks: i64, months: i64) -> Option<i64> {
    let date = CivilDate::of_ticks(ticks);
    let months = (date.year * 12 + i64::from(date.month) - 1).checked_add(months)?;
    let (year, month) = (months.div_euclid(12), months.rem_euclid(12) as u32 + 1);
    let day = date.day.min(days_in_month(year, month));
    Some(CivilDate::new(year, month, day)?.ticks() + ticks.rem_euclid(TICKS_PER_DAY))
}
