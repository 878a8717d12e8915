//! Calendar arithmetic on ticks: the proleptic Gregorian calendar of .NET, years 1 to 9999, in whole numbers only.
//!
//! Years are counted from 1 March inside, so that the leap day is the last of its year and the months before it have a
//! regular pattern of lengths.

use crate::kql::TICKS_PER_DAY;

/// Days from 1 March of the year 0 to 1 January of the year 1.
const MARCH_SHIFT: i64 = 306;
const DAYS_PER_400_YEARS: i64 = 146_097;

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CivilDate {
    pub year: i64,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
}

impl CivilDate {
    /// The day that a tick (100 ns since 0001-01-01) lies on. Total: ticks outside the years 1 to 9999 give the days
    /// that the calendar would have there.
    pub fn of_ticks(ticks: i64) -> Self {
        Self::of_day(ticks.div_euclid(TICKS_PER_DAY))
    }

    /// The day that lies so many days after 0001-01-01.
    pub fn of_day(days: i64) -> Self {
        let shifted = days + MARCH_SHIFT;
        let cycle = shifted.div_euclid(DAYS_PER_400_YEARS);
        let day_of_cycle = shifted.rem_euclid(DAYS_PER_400_YEARS);
        // Each correction takes out the leap days that lie before the day: every 4, not every 100, but every 400 years.
        let year_of_cycle =
            (day_of_cycle - day_of_cycle / 1_460 + day_of_cycle / 36_524 - day_of_cycle / 146_096) / 365;
        let day_of_year = day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
        // Five months from March have 153 days, twice; the rest follows the same pattern.
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = cycle * 400 + year_of_cycle + i64::from(month <= 2);
        Self { year, month: month as u32, day: day as u32 }
    }

    /// A day that exists, in the years 1 to 9999.
    pub fn new(year: i64, month: u32, day: u32) -> Option<Self> {
        let exists =
            (1..=9999).contains(&year) && (1..=12).contains(&month) && day >= 1 && day <= days_in_month(year, month);
        exists.then_some(Self { year, month, day })
    }

    /// Days since 0001-01-01.
    pub fn days(self) -> i64 {
        let year = if self.month <= 2 { self.year - 1 } else { self.year };
        let cycle = year.div_euclid(400);
        let year_of_cycle = year.rem_euclid(400);
        let month_from_march = (i64::from(self.month) + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(self.day) - 1;
        let day_of_cycle = year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year;
        cycle * DAYS_PER_400_YEARS + day_of_cycle - MARCH_SHIFT
    }

    /// Ticks of its midnight.
    pub fn ticks(self) -> i64 {
        self.days() * TICKS_PER_DAY
    }

    /// 1 for 1 January.
    pub fn day_of_year(self) -> u32 {
        (self.days() - Self { month: 1, day: 1, ..self }.days() + 1) as u32
    }
}

/// True when the year has a 29 February.
pub fn is_leap_year(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days in a month from 1 to 12.
pub fn days_in_month(year: i64, month: u32) -> u32 {
    match month {
        2 => 28 + u32::from(is_leap_year(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
