//! The parts of a datetime that functions name.

use crate::kql::{TICKS_PER_DAY, TICKS_PER_SECOND};
use crate::result::CivilDate;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Year,
    Quarter,
    Month,
    Week,
    WeekOfYear,
    Day,
    DayOfYear,
    Hour,
    Minute,
    Second,
    Millisecond,
    Microsecond,
    Nanosecond,
}

impl Part {
    /// Names in any case.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "year" => Self::Year,
            "quarter" => Self::Quarter,
            "month" => Self::Month,
            "week" => Self::Week,
            "week_of_year" | "weekofyear" => Self::WeekOfYear,
            "day" => Self::Day,
            "dayofyear" => Self::DayOfYear,
            "hour" => Self::Hour,
            "minute" => Self::Minute,
            "second" => Self::Second,
            "millisecond" => Self::Millisecond,
            "microsecond" => Self::Microsecond,
            "nanosecond" => Self::Nanosecond,
            _ => return None,
        })
    }

    /// The part's number; those below a second count from the start of the second.
    pub(super) fn of(self, ticks: i64) -> i64 {
        let date = CivilDate::of_ticks(ticks);
        let fraction = ticks.rem_euclid(TICKS_PER_SECOND);
        let seconds = ticks.rem_euclid(TICKS_PER_DAY) / TICKS_PER_SECOND;
        match self {
            Self::Year => date.year,
            Self::Quarter => (i64::from(date.month) + 2) / 3,
            Self::Month => i64::from(date.month),
            Self::Week | Self::WeekOfYear => week_of_year(date),
            Self::Day => i64::from(date.day),
            Self::DayOfYear => i64::from(date.day_of_year()),
            Self::Hour => seconds / 3600,
            Self::Minute => seconds / 60 % 60,
            Self::Second => seconds % 60,
            Self::Millisecond => fraction / 10_000,
            Self::Microsecond => fraction / 10,
            Self::Nanosecond => fraction * 100,
        }
    }

    /// Ticks, for the parts that all have one length.
    pub(super) fn length(self) -> Option<i64> {
        Some(match self {
            Self::Week => 7 * TICKS_PER_DAY,
            Self::Day => TICKS_PER_DAY,
            Self::Hour => 3600 * TICKS_PER_SECOND,
            Self::Minute => 60 * TICKS_PER_SECOND,
            Self::Second => TICKS_PER_SECOND,
            Self::Millisecond => 10_000,
            Self::Microsecond => 10,
            _ => return None,
        })
    }
}

/// The ISO week: the week of the Thursday that lies in the same Monday-to-Sunday week.
fn week_of_year(date: CivilDate) -> i64 {
    let day = date.days();
    let thursday = day - day.rem_euclid(7) + 3;
    i64::from(CivilDate::of_day(thursday).day_of_year() - 1) / 7 + 1
}
