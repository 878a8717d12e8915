//! Starts of days, weeks, months and years.

use crate::engine::functions::prelude::*;
use crate::kql::{MAX_DATETIME_TICKS, TICKS_PER_DAY};
use crate::result::CivilDate;

#[derive(Debug, Clone, Copy)]
pub(super) enum Period {
    Day,
    /// From Sunday.
    Week,
    Month,
    Year,
}

impl Period {
    /// Ticks of the start of the period that lies `offset` periods after the one of the instant.
    pub(super) fn start(self, ticks: i64, offset: i64) -> Option<i64> {
        let day = ticks.div_euclid(TICKS_PER_DAY);
        let day = match self {
            Self::Day => day.checked_add(offset)?,
            // 0001-01-01 was a Monday.
            Self::Week => (day - (day + 1).rem_euclid(7)).checked_add(offset.checked_mul(7)?)?,
            Self::Month => month_start(CivilDate::of_day(day), offset)?,
            Self::Year => month_start(CivilDate { month: 1, ..CivilDate::of_day(day) }, offset.checked_mul(12)?)?,
        };
        day.checked_mul(TICKS_PER_DAY)
    }
}

/// The day that a month begins, `offset` months later; years 1 to 10000, because a year also has an end.
fn month_start(date: CivilDate, offset: i64) -> Option<i64> {
    let months = (date.year * 12 + i64::from(date.month) - 1).checked_add(offset)?;
    let year = months.div_euclid(12);
    let month = months.rem_euclid(12) as u32 + 1;
    (1..=10_000).contains(&year).then(|| CivilDate { year, month, day: 1 }.days())
}

/// `startof…` and `endof…`: the start of a period, so many periods and ticks away from the one of the date.
pub(super) fn starts(call: &Call<'_>, period: Period, periods: i64, ticks: i64) -> Result<ArrayRef> {
    let dates = call.longs(0);
    let offsets = (call.len() > 1).then(|| call.longs(1));
    call.make_longs(|row| {
        let offset = offsets.as_ref().map_or(Some(0), |offsets| offsets.get(row))?;
        let start = period.start(dates.get(row)?, offset.checked_add(periods)?)?;
        start.checked_add(ticks).filter(|ticks| (0..=MAX_DATETIME_TICKS).contains(ticks))
    })
}
