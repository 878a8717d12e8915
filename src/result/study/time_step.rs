//! Widths of the intervals that values are counted in: those that a person would choose.

use crate::kql::{TICKS_PER_DAY, TICKS_PER_SECOND};

const MINUTE: i64 = 60 * TICKS_PER_SECOND;
const HOUR: i64 = 60 * MINUTE;

const DAY: i64 = TICKS_PER_DAY;

/// Steps of time that people count in, in ticks of 100 ns; from a week on in whole weeks.
const STEPS: [i64; 38] = [
    1,
    10,
    100,
    1_000,
    10_000,
    50_000,
    100_000,
    500_000,
    1_000_000,
    2_000_000,
    5_000_000,
    TICKS_PER_SECOND,
    2 * TICKS_PER_SECOND,
    5 * TICKS_PER_SECOND,
    10 * TICKS_PER_SECOND,
    15 * TICKS_PER_SECOND,
    30 * TICKS_PER_SECOND,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
    14 * DAY,
    28 * DAY,
    91 * DAY,
    364 * DAY,
    3_640 * DAY,
    36_400 * DAY,
    364_000 * DAY,
];

/// The least readable width of time of which no more than so many cover the span.
pub fn nice_time_step(span: i64, at_most: usize) -> i64 {
    let at_most = at_most.max(1) as i64;
    let fits = |step: &i64| span.max(0) / step < at_most;
    STEPS.into_iter().find(fits).unwrap_or_else(|| {
        let years = span / (364 * DAY * at_most) + 1;
        years * 364 * DAY
    })
}

/// The least of 1, 2 or 5 times a power of ten of which no more than so many cover the span.
pub fn nice_real_step(span: f64, at_most: usize) -> f64 {
    if !span.is_finite() || span <= 0.0 {
        return 1.0;
    }
    let raw = span / at_most.max(1) as f64;
    let power = 10_f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|it| it * power).find(|it| (span / it).floor() < at_most as f64);
    step.unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::{HOUR, nice_real_step, nice_time_step};
    use crate::kql::TICKS_PER_DAY;

    #[test]
    fn steps_are_those_of_a_clock_and_enough() {
        assert_eq!(nice_time_step(14 * TICKS_PER_DAY - 1, 14), TICKS_PER_DAY);
        assert_eq!(nice_time_step(TICKS_PER_DAY - 1, 24), HOUR);
        assert_eq!(nice_time_step(0, 10), 1);
        for span in [1, 999, 10 * HOUR, i64::MAX / 2, i64::MAX] {
            assert!(span / nice_time_step(span, 40) < 40, "{span}");
        }
        assert!((nice_real_step(100.0, 20) - 10.0).abs() < 1e-9);
        assert!((nice_real_step(0.0, 20) - 1.0).abs() < 1e-9);
    }
}
