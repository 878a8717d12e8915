//! Where an axis has its marks and what they say: round numbers, round times, few words.

use crate::kql::{TICKS_PER_DAY, TICKS_PER_SECOND};
use crate::result::{CivilDate, nice_time_step, real_text, timespan_text};
use crate::tui::panes::results::grouped;

/// A mark of an axis.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::tui) struct Tick {
    pub(in crate::tui) at: f64,
    pub(in crate::tui) label: String,
}

const MINUTE: i64 = 60 * TICKS_PER_SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = TICKS_PER_DAY;

/// The shortest step with which so long a time has no more than so many parts.
pub(in crate::tui) fn time_bin(length: f64, at_most: usize) -> i64 {
    nice_time_step((length.ceil() as i64).saturating_sub(1), at_most)
}

/// Times at which a clock or a calendar turns, no more of them than so many.
fn time_steps(from: i64, to: i64, at_most: usize) -> (i64, Vec<i64>) {
    let step = time_bin((to - from).max(1) as f64, at_most);
    if step > 2 * DAY {
        return (step, calendar_steps(from, to, at_most));
    }
    let first = from.div_euclid(step) * step;
    let steps = std::iter::successors(Some(first), |at| at.checked_add(step)).take_while(|at| *at <= to);
    (step, steps.filter(|at| *at >= from).collect())
}

/// Mondays, first days of months, or of years.
fn calendar_steps(from: i64, to: i64, at_most: usize) -> Vec<i64> {
    let days = ((to - from) / DAY) as usize;
    if days / 7 < at_most {
        // 0001-01-01 was a Monday.
        let first = from.div_euclid(7 * DAY) * 7;
        return (0..)
            .map(|it| first * DAY + it * 7 * DAY)
            .take_while(|it| *it <= to)
            .filter(|it| *it >= from)
            .collect();
    }
    let n_months = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1_200, 6_000, 12_000, 60_000, 120_000];
    let months = n_months.into_iter().find(|it| days / 30 / it < at_most.max(1)).unwrap_or(120_000) as i64;
    let (first, last) = (CivilDate::of_ticks(from), CivilDate::of_ticks(to));
    let first = (first.year * 12 + i64::from(first.month) - 1).div_euclid(months) * months;
    let last = last.year * 12 + i64::from(last.month) - 1;
    let starts = (0..).map(|it| first + it * months).take_while(|it| *it <= last);
    let dates = starts.filter_map(|it| CivilDate::new(it.div_euclid(12), it.rem_euclid(12) as u32 + 1, 1));
    dates.map(CivilDate::ticks).filter(|it| (from..=to).contains(it)).collect()
}

/// Marks of a time axis whose zero is `origin`. A mark at which a day begins says the day, the others say the time.
pub(in crate::tui) fn clock_ticks(origin: i64, from: f64, to: f64, at_most: usize) -> Vec<Tick> {
    let (first, last) = (origin.saturating_add(from.ceil() as i64), origin.saturating_add(to.floor() as i64));
    let (step, steps) = time_steps(first, last, at_most);
    let mark = |(idx, at): (usize, &i64)| {
        let label = mark_text(*at, step, idx == 0);
        Tick { at: (*at - origin) as f64, label }
    };
    steps.iter().enumerate().map(mark).collect()
}

fn mark_text(at: i64, step: i64, first: bool) -> String {
    let date = CivilDate::of_ticks(at);
    let new_year = date.month == 1 && date.day == 1;
    match step {
        _ if step > 300 * DAY => format!("{:04}", date.year),
        _ if step > 20 * DAY && !(first || new_year) => format!("{:04}-{:02}", date.year, date.month),
        _ if step > 20 * DAY => format!("{:04}-{:02}", date.year, date.month),
        _ if at.rem_euclid(DAY) == 0 && (new_year || first) => day(date),
        _ if at.rem_euclid(DAY) == 0 => format!("{:02}-{:02}", date.month, date.day),
        _ => clock(at, step),
    }
}

fn day(date: CivilDate) -> String {
    format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)
}

/// The time of the day, as exact as the step wants it.
fn clock(at: i64, step: i64) -> String {
    let of_day = at.rem_euclid(DAY);
    let (hour, minute) = (of_day / HOUR, of_day / MINUTE % 60);
    let (second, fraction) = (of_day / TICKS_PER_SECOND % 60, of_day % TICKS_PER_SECOND);
    if step >= MINUTE && of_day % MINUTE == 0 {
        return format!("{hour:02}:{minute:02}");
    }
    if step >= TICKS_PER_SECOND && fraction == 0 {
        return format!("{hour:02}:{minute:02}:{second:02}");
    }
    if step >= 10_000 {
        return format!("{hour:02}:{minute:02}:{second:02}.{:03}", fraction / 10_000);
    }
    format!("{hour:02}:{minute:02}:{second:02}.{fraction:07}")
}

/// A time in words that fit its surroundings: as exact as it is, no more.
pub(in crate::tui) fn named_time(at: i64) -> String {
    let date = day(CivilDate::of_ticks(at));
    if at.rem_euclid(DAY) == 0 { date } else { format!("{date} {}", clock(at, exactness(at))) }
}

/// The largest of the steps above that a time is a multiple of.
fn exactness(at: i64) -> i64 {
    [MINUTE, TICKS_PER_SECOND, 10_000].into_iter().find(|it| at.rem_euclid(*it) == 0).unwrap_or(1)
}

/// Marks at whole distances from a time: `from` and `to` count from it, and so do the marks.
pub(in crate::tui) fn distance_steps(from: f64, to: f64, at_most: usize) -> Vec<i64> {
    let step = time_bin((to - from).max(1.0), at_most);
    let first = (from / step as f64).ceil() as i64;
    (first..).map(|it| it.saturating_mul(step)).take_while(|it| *it as f64 <= to).take(at_most + 2).collect()
}

/// Marks at round numbers.
pub(in crate::tui) fn nice_ticks(from: f64, to: f64, at_most: usize) -> Vec<Tick> {
    let Some(step) = nice_step(to - from, at_most) else {
        return vec![Tick { at: from, label: amount(from) }];
    };
    let first = (from / step - 1e-9).ceil();
    let n_ticks = ((to - from) / step + 1e-9).floor().max(0.0) as usize + 1;
    let at = |idx: usize| (first + idx as f64) * step;
    let marks = (0..n_ticks).map(at).filter(|it| *it <= to + step * 1e-9);
    marks.map(|at| Tick { at, label: mark_amount(at, step) }).collect()
}

/// 1, 2 or 5 times a power of ten.
fn nice_step(length: f64, at_most: usize) -> Option<f64> {
    let raw = length / at_most.max(1) as f64;
    if !raw.is_finite() || raw <= 0.0 {
        return None;
    }
    let power = 10f64.powf(raw.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|it| it * power).find(|it| *it >= raw * (1.0 - 1e-9))
}

/// A number at a mark: no more digits behind the point than the step has.
fn mark_amount(at: f64, step: f64) -> String {
    let at = if at.abs() < step * 1e-6 { 0.0 } else { at };
    if at.abs() >= 1e15 || (step < 1e-6 && at != 0.0) {
        return format!("{at:.2e}");
    }
    for (unit, sign) in [(1e12, "T"), (1e9, "G"), (1e6, "M")] {
        if at.abs() >= unit && step >= unit / 1_000.0 {
            let digits = (-(step / unit).log10()).ceil().max(0.0) as usize;
            return format!("{:.digits$} {sign}", at / unit);
        }
    }
    let digits = (-step.log10()).ceil().max(0.0) as usize;
    if digits == 0 { grouped(at as i64) } else { format!("{at:.digits$}") }
}

/// Marks of an axis of timespans, in ticks.
pub(in crate::tui) fn span_ticks(from: f64, to: f64, at_most: usize) -> Vec<Tick> {
    let marks = distance_steps(from, to, at_most).into_iter();
    marks.map(|at| Tick { at: at as f64, label: timespan_text(at) }).collect()
}

/// A value as a person reads it: whole numbers in groups of three, others as they are.
pub(in crate::tui) fn amount(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 9e15 { grouped(value as i64) } else { real_text(value) }
}

/// A value in few characters, where the exact one stands elsewhere.
pub(in crate::tui) fn short_amount(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e9 {
        return grouped(value as i64);
    }
    let size = value.abs();
    match size {
        _ if size >= 1e15 || (size < 1e-3 && size > 0.0) => format!("{value:.2e}"),
        _ if size >= 1e5 => grouped(value.round() as i64),
        _ if size >= 100.0 => format!("{value:.1}"),
        _ if size >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

/// A value as KQL reads it.
pub(in crate::tui) fn plain_number(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 9e15 { format!("{}", value as i64) } else { real_text(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: &[Tick]) -> Vec<&str> {
        ticks.iter().map(|it| it.label.as_str()).collect()
    }

    fn at(text: &str) -> i64 {
        crate::result::parse_iso_datetime(text).unwrap()
    }

    #[test]
    fn numbers_are_marked_at_round_ones() {
        assert_eq!(labels(&nice_ticks(0.0, 31.0, 4)), ["0", "10", "20", "30"]);
        assert_eq!(labels(&nice_ticks(-1.0, 1.0, 4)), ["-1.0", "-0.5", "0.0", "0.5", "1.0"]);
        assert_eq!(labels(&nice_ticks(0.0, 22_014.0, 3)), ["0", "10,000", "20,000"]);
        assert_eq!(labels(&nice_ticks(0.0, 3.5e6, 4)), ["0", "1 M", "2 M", "3 M"]);
        assert_eq!(labels(&nice_ticks(5.0, 5.0, 4)), ["5"]);
        assert!(!nice_ticks(-1e308, 1e308, 5).is_empty());
    }

    #[test]
    fn times_are_marked_where_the_clock_turns() {
        let ticks = |from: &str, to: &str, n: usize| {
            let origin = at(from);
            let ticks = clock_ticks(origin, 0.0, (at(to) - origin) as f64, n);
            ticks.into_iter().map(|it| it.label).collect::<Vec<_>>()
        };
        assert_eq!(ticks("2025-03-04T22:10:00Z", "2025-03-05T02:30:00Z", 5), ["23:00", "03-05", "01:00", "02:00"]);
        assert_eq!(
            ticks("2025-03-01T00:00:00Z", "2025-03-05T12:00:00Z", 5),
            ["2025-03-01", "03-02", "03-03", "03-04", "03-05"]
        );
        assert_eq!(ticks("2024-11-15T00:00:00Z", "2025-02-20T00:00:00Z", 4), ["2024-12", "2025-01", "2025-02"]);
        assert_eq!(
            ticks("2025-03-05T08:00:00.1Z", "2025-03-05T08:00:00.4Z", 4),
            ["08:00:00.100", "08:00:00.200", "08:00:00.300", "08:00:00.400"]
        );
        assert_eq!(ticks("1901-01-01T00:00:00Z", "2000-01-01T00:00:00Z", 5).last().unwrap(), "2000");
    }

    #[test]
    fn any_stretch_of_time_has_few_marks() {
        for length in [1, 7, 1_000, TICKS_PER_SECOND, DAY, 400 * DAY, 4_000 * DAY, 3_000_000 * DAY] {
            for at_most in [1, 2, 5, 12] {
                let ticks = clock_ticks(12_345, 0.0, length as f64, at_most);
                assert!(ticks.len() <= at_most + 1, "{length} in {at_most}: {}", ticks.len());
            }
        }
    }
}
