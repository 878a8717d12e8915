//! Time in the lab: ticks since 0001-01-01, fourteen days from Monday 2025-03-03, and when people work.

use super::rng::Rng;
use crate::kql::{TICKS_PER_DAY, TICKS_PER_SECOND, UNIX_EPOCH_TICKS};

pub(super) const MILLISECOND: i64 = TICKS_PER_SECOND / 1000;
pub(super) const SECOND: i64 = TICKS_PER_SECOND;
pub(super) const MINUTE: i64 = 60 * SECOND;
pub(super) const HOUR: i64 = 60 * MINUTE;
pub(super) const DAY: i64 = TICKS_PER_DAY;

/// 2025-03-03T00:00:00Z, a Monday: 20,150 days after 1970-01-01.
pub(super) const START: i64 = UNIX_EPOCH_TICKS + 20_150 * DAY;
pub(super) const DAYS: i64 = 14;
/// 2025-03-17T00:00:00Z: nothing happens at or after it.
pub(super) const END: i64 = START + DAYS * DAY;

/// The instant of a clock time on a day of March 2025, which is how the storyline is told.
pub(super) const fn march(day: i64, hour: i64, minute: i64, second: i64) -> i64 {
    START + (day - 3) * DAY + hour * HOUR + minute * MINUTE + second * SECOND
}

/// Midnight of a lab day, counted from 0.
pub(super) const fn midnight(day: i64) -> i64 {
    START + day * DAY
}

/// The lab day that an instant belongs to, counted from 0.
pub(super) const fn day_of(time: i64) -> i64 {
    (time - START).div_euclid(DAY)
}

/// Days 5, 6, 12 and 13 are Saturdays and Sundays.
pub(super) const fn is_weekend(day: i64) -> bool {
    day % 7 >= 5
}

/// How busy people are in each hour of a day; the unit is a twentieth of the average office hour.
const HOUR_WEIGHTS: [u32; 24] = [3, 3, 3, 3, 3, 3, 6, 16, 36, 32, 32, 32, 20, 30, 30, 30, 30, 18, 5, 5, 5, 5, 5, 5];

/// An instant of a day at which somebody works, with ticks of its own below the second.
pub(super) fn work_time(rng: &mut Rng, day: i64) -> i64 {
    let hour = rng.weighted(&HOUR_WEIGHTS) as i64;
    midnight(day) + hour * HOUR + rng.range(0, HOUR)
}

/// A day on which somebody works: a weekend day is 0.12 of a weekday.
pub(super) fn work_day(rng: &mut Rng) -> i64 {
    const WEIGHTS: [u32; 14] = [100, 100, 100, 100, 100, 12, 12, 100, 100, 100, 100, 100, 12, 12];
    rng.weighted(&WEIGHTS) as i64
}

/// Quantiles of a log-normal with median 9 s and sigma 1.4, in milliseconds, at 1/64, 3/64 … 63/64. Tabulated, because
/// the logarithm of one platform's library need not be that of another's.
const GAPS: [i64; 32] = [
    441, 861, 1236, 1608, 1991, 2391, 2813, 3263, 3745, 4265, 4826, 5435, 6101, 6829, 7631, 8519, 9507, 10_613, 11_859,
    13_276, 14_900, 16_782, 18_991, 21_623, 24_817, 28_787, 33_876, 40_680, 50_351, 65_505, 94_023, 183_579,
];

/// The time to the next thing that a person does: bursts and lulls, at most 30 minutes.
pub(super) fn session_gap(rng: &mut Rng) -> i64 {
    if rng.chance(4) {
        return rng.range(2 * MINUTE, 30 * MINUTE);
    }
    let base = GAPS[rng.index(GAPS.len())] * MILLISECOND;
    base + rng.range(0, base / 4)
}

/// ISO 8601 with seven digits, as the services write it.
pub(super) fn iso(time: i64) -> String {
    let ticks = time - START;
    let (day, rest) = (ticks.div_euclid(DAY), ticks.rem_euclid(DAY));
    let (hour, minute) = (rest / HOUR, rest % HOUR / MINUTE);
    let (second, fraction) = (rest % MINUTE / SECOND, rest % SECOND);
    // The lab lies within March 2025.
    format!("2025-03-{:02}T{hour:02}:{minute:02}:{second:02}.{fraction:07}Z", day + 3)
}
