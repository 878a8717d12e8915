//! Timespan literals and the text form of timespans.

use crate::kql::{TICKS_PER_DAY, TICKS_PER_SECOND};

const NANOSECONDS_PER_TICK: i128 = 100;

/// `1.5d`, and in brackets also `1.02:03:04.5`, `10:00` and a bare number of days. Below a tick is cut off.
pub(super) fn parse_literal(text: &str, bracketed: bool) -> Option<i64> {
    let (negative, magnitude) = match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let ticks = match with_unit(magnitude) {
        Some(ticks) => ticks,
        None if bracketed && magnitude.bytes().all(|byte| byte.is_ascii_digit()) => {
            magnitude.parse::<i128>().ok()?.checked_mul(i128::from(TICKS_PER_DAY))?
        }
        None if bracketed => i128::from(parse_timespan(magnitude)?),
        None => return None,
    };
    i64::try_from(if negative { -ticks } else { ticks }).ok()
}

/// What `totimespan()` reads: the text of a literal in brackets, except that a bare number is nothing.
pub fn timespan_of_text(text: &str) -> Option<i64> {
    let text = text.trim();
    let is_number = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b' '));
    if is_number { None } else { parse_literal(text, true) }
}

/// `[-][d.]hh:mm[:ss[.fffffff]]`; digits after the seventh are dropped.
fn parse_timespan(text: &str) -> Option<i64> {
    let text = text.trim();
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (head, rest) = text.split_once(':')?;
    let (days, hours) = head.split_once('.').unwrap_or(("0", head));
    let (minutes, seconds) = rest.split_once(':').unwrap_or((rest, "0"));
    let (seconds, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
    let days = number(days, i64::MAX)?;
    let (hours, minutes, seconds) = (number(hours, 23)?, number(minutes, 59)?, number(seconds, 59)?);
    let whole =
        days.checked_mul(TICKS_PER_DAY)?.checked_add((hours * 3_600 + minutes * 60 + seconds) * TICKS_PER_SECOND)?;
    let ticks = whole.checked_add(fraction_ticks(fraction)?)?;
    Some(if negative { -ticks } else { ticks })
}

/// Digits after a decimal point as ticks of a second.
fn fraction_ticks(digits: &str) -> Option<i64> {
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let seven: String = digits.chars().chain(std::iter::repeat('0')).take(7).collect();
    seven.parse().ok()
}

fn number(digits: &str, most: i64) -> Option<i64> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok().filter(|number| *number <= most)
}

fn with_unit(text: &str) -> Option<i128> {
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = (&text[..split], text[split..].trim_start());
    let nanoseconds = unit_nanoseconds(unit)?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.len() + fraction.len() == 0 || whole.len() > 20 {
        return None;
    }
    // Eighteen digits are below a tick whatever the unit.
    let fraction = &fraction[..fraction.len().min(18)];
    let scale = 10_i128.pow(fraction.len() as u32);
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    Some(digits.checked_mul(nanoseconds)? / scale / NANOSECONDS_PER_TICK)
}

fn unit_nanoseconds(unit: &str) -> Option<i128> {
    const SECOND: i128 = 1_000_000_000;
    Some(match unit {
        "d" | "day" | "days" => 86_400 * SECOND,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3_600 * SECOND,
        "m" | "min" | "minute" | "minutes" => 60 * SECOND,
        "s" | "sec" | "second" | "seconds" => SECOND,
        "ms" | "milli" | "millis" | "millisec" | "millisecond" | "milliseconds" => 1_000_000,
        "micro" | "micros" | "microsec" | "microsecond" | "microseconds" => 1_000,
        "nano" | "nanos" | "nanosec" | "nanosecond" | "nanoseconds" => 1,
        "tick" | "ticks" => NANOSECONDS_PER_TICK,
        _ => return None,
    })
}
