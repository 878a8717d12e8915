//! The texts that Kusto gives to values: `tostring()`, cells of a result, and the way back.
//!
//! Two forms of a datetime exist: `tostring()` and dynamics always have seven fraction digits, a cell of a result has
//! no more than it needs.

use arrow::datatypes::i256;

use super::civil::CivilDate;
use crate::kql::{MAX_DATETIME_TICKS, TICKS_PER_DAY, TICKS_PER_SECOND};

/// Decimal places of a stored decimal.
const DECIMAL_SCALE: usize = 38;
/// Decimal digits of a stored decimal, places included.
const DECIMAL_PRECISION: usize = 76;

/// `yyyy-MM-ddTHH:mm:ss.fffffffZ`: what `tostring()` makes of a datetime, and its form inside a dynamic.
pub fn datetime_text(ticks: i64) -> String {
    let mut out = String::with_capacity(28);
    push_datetime(&mut out, ticks);
    out
}

/// A datetime as a cell of a JSON result: `2015-12-31T23:59:59.9Z`, `2017-01-01T00:00:00Z`.
pub fn datetime_cell(ticks: i64) -> String {
    let mut out = String::with_capacity(28);
    push_datetime_cell(&mut out, ticks);
    out
}

/// `[-][d.]hh:mm:ss[.fffffff]`: the fraction is absent or has seven digits.
pub fn timespan_text(ticks: i64) -> String {
    let mut out = String::with_capacity(20);
    push_timespan(&mut out, ticks);
    out
}

/// Shortest text that reads back as the same number, with a forced fraction: `6.0`, `1.5`, `NaN`, `inf`, `-inf`.
///
/// Below 1e-4 and from 1e16 on it has an exponent of at least two digits: `2.2e-05`, `1e+20`.
pub fn real_text(value: f64) -> String {
    let mut out = String::with_capacity(24);
    push_real(&mut out, value);
    out
}

/// A stored decimal (scale 38) without trailing zeros: `123.45678`, `-0.5`, `7`.
pub fn decimal_text(scaled: i256) -> String {
    let mut out = String::with_capacity(24);
    push_decimal(&mut out, scaled);
    out
}

pub(super) fn push_datetime(out: &mut String, ticks: i64) {
    push_seconds_of(out, ticks);
    push_fraction(out, ticks.rem_euclid(TICKS_PER_SECOND), false);
    out.push('Z');
}

pub(super) fn push_datetime_cell(out: &mut String, ticks: i64) {
    push_seconds_of(out, ticks);
    let fraction = ticks.rem_euclid(TICKS_PER_SECOND);
    if fraction != 0 {
        push_fraction(out, fraction, true);
    }
    out.push('Z');
}

/// `yyyy-MM-ddTHH:mm:ss`
fn push_seconds_of(out: &mut String, ticks: i64) {
    let date = CivilDate::of_ticks(ticks);
    push_padded(out, date.year.unsigned_abs(), 4);
    out.push('-');
    push_padded(out, u64::from(date.month), 2);
    out.push('-');
    push_padded(out, u64::from(date.day), 2);
    out.push('T');
    push_clock(out, (ticks.rem_euclid(TICKS_PER_DAY) / TICKS_PER_SECOND) as u64);
}

pub(super) fn push_timespan(out: &mut String, ticks: i64) {
    if ticks < 0 {
        out.push('-');
    }
    // The magnitude of the least i64 does not fit an i64.
    let magnitude = ticks.unsigned_abs();
    let days = magnitude / TICKS_PER_DAY as u64;
    if days > 0 {
        push_padded(out, days, 1);
        out.push('.');
    }
    push_clock(out, magnitude % TICKS_PER_DAY as u64 / TICKS_PER_SECOND as u64);
    let fraction = (magnitude % TICKS_PER_SECOND as u64) as i64;
    if fraction != 0 {
        push_fraction(out, fraction, false);
    }
}

/// `hh:mm:ss` of the seconds of a day.
fn push_clock(out: &mut String, seconds: u64) {
    push_padded(out, seconds / 3600, 2);
    out.push(':');
    push_padded(out, seconds / 60 % 60, 2);
    out.push(':');
    push_padded(out, seconds % 60, 2);
}

/// `.fffffff`, perhaps without its trailing zeros.
fn push_fraction(out: &mut String, ticks: i64, trim: bool) {
    out.push('.');
    push_padded(out, ticks as u64, 7);
    if trim {
        let len = out.trim_end_matches('0').len();
        out.truncate(len);
    }
}

/// A number with leading zeros up to a width.
pub(super) fn push_padded(out: &mut String, mut value: u64, width: usize) {
    let mut digits = [b'0'; 20];
    let mut at = digits.len();
    while value > 0 || at > digits.len() - width {
        at -= 1;
        digits[at] = b'0' + (value % 10) as u8;
        value /= 10;
    }
    out.push_str(str::from_utf8(&digits[at..]).unwrap_or_default());
}

pub(super) fn push_real(out: &mut String, value: f64) {
    if value.is_nan() {
        return out.push_str("NaN");
    }
    if value.is_infinite() {
        return out.push_str(if value < 0.0 { "-inf" } else { "inf" });
    }
    push_finite(out, value);
}

/// A finite real; also what JSON wants.
pub(super) fn push_finite(out: &mut String, value: f64) {
    use std::fmt::Write as _;
    let magnitude = value.abs();
    if magnitude == 0.0 || (1e-4..1e16).contains(&magnitude) {
        // The fewest digits that mean this value, and of two such texts that are equally near the one that ends with an
        // even digit, as .NET has it; the standard library ends with the greater one, and takes several times as long.
        let mut digits = [0; 32];
        let mut rest = &mut digits[..];
        let written = serde_json::to_writer(&mut rest, &value).map(|()| 32 - rest.len());
        let text = written.ok().and_then(|it| str::from_utf8(&digits[..it]).ok());
        return out.push_str(text.unwrap_or_default());
    }
    let text = format!("{value:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
    let _ = write!(out, "{mantissa}e{sign}{digits:0>2}");
}

pub(super) fn push_decimal(out: &mut String, scaled: i256) {
    let text = scaled.to_string();
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("-", digits));
    let padded = format!("{digits:0>width$}", width = DECIMAL_SCALE + 1);
    let (whole, fraction) = padded.split_at(padded.len() - DECIMAL_SCALE);
    out.push_str(sign);
    out.push_str(whole);
    let fraction = fraction.trim_end_matches('0');
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
}

/// Reads an ISO datetime, `2020-08-30T06:38:35.7664356Z`, `2020-08-30`, `2020-08-30 06:38+02:00`, as ticks; `None` when
/// it is not one or lies outside the years 1 to 9999. Fraction digits after the seventh are dropped; no zone means UTC.
pub fn parse_iso_datetime(text: &str) -> Option<i64> {
    let text = text.trim();
    let date = text.get(..10)?;
    let mut parts = date.split('-');
    let year = number(parts.next()?, 4..=4)?;
    let month = number(parts.next()?, 2..=2)?;
    let day = number(parts.next()?, 2..=2)?;
    let midnight = CivilDate::new(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)?.ticks();
    let rest = &text[10..];
    if rest.is_empty() {
        return Some(midnight);
    }
    let (clock, offset) = split_zone(rest.strip_prefix(['T', 't', ' '])?)?;
    let (seconds, fraction) = parse_clock(clock)?;
    let ticks = midnight + (seconds - offset) * TICKS_PER_SECOND + fraction;
    (0..=MAX_DATETIME_TICKS).contains(&ticks).then_some(ticks)
}

/// The clock and the offset of its zone from UTC in seconds.
fn split_zone(text: &str) -> Option<(&str, i64)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let Some(at) = text.rfind(['+', '-']) else { return Some((text, 0)) };
    let zone = &text[at + 1..];
    let (hours, minutes) = zone.split_once(':').or_else(|| (zone.len() == 4).then(|| zone.split_at(2)))?;
    let (hours, minutes) = (number(hours, 2..=2)?, number(minutes, 2..=2)?);
    if hours > 14 || minutes > 59 {
        return None;
    }
    let seconds = hours * 3600 + minutes * 60;
    Some((&text[..at], if text.as_bytes()[at] == b'-' { -seconds } else { seconds }))
}

/// Whole seconds and further ticks of `hh:mm[:ss[.f…]]`, less than a day.
fn parse_clock(text: &str) -> Option<(i64, i64)> {
    let (clock, fraction) = match text.split_once('.') {
        Some((clock, digits)) => (clock, parse_fraction(digits)?),
        None => (text, 0),
    };
    let mut parts = clock.split(':');
    let hours = number(parts.next()?, 1..=2)?;
    let minutes = number(parts.next()?, 2..=2)?;
    let seconds = match parts.next() {
        Some(seconds) => number(seconds, 2..=2)?,
        None if text.contains('.') => return None,
        None => 0,
    };
    let fits = parts.next().is_none() && hours <= 23 && minutes <= 59 && seconds <= 59;
    fits.then_some((hours * 3600 + minutes * 60 + seconds, fraction))
}

/// Ticks of the digits behind a point; the eighth digit and all after it are dropped.
fn parse_fraction(digits: &str) -> Option<i64> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let kept = &digits[..digits.len().min(7)];
    let value: i64 = kept.parse().ok()?;
    Some(value * 10_i64.pow(7 - kept.len() as u32))
}

/// A run of ASCII digits of an allowed length.
fn number(text: &str, lengths: std::ops::RangeInclusive<usize>) -> Option<i64> {
    let digits = lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

/// Reads `[-][d.]hh:mm[:ss[.f…]]` as ticks; `None` when it is not a timespan or does not fit.
pub fn parse_timespan(text: &str) -> Option<i64> {
    let text = text.trim();
    let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let colon = rest.find(':')?;
    let (days, clock) = match rest[..colon].split_once('.') {
        Some((days, _)) => (number(days, 1..=8)?, &rest[days.len() + 1..]),
        None => (0, rest),
    };
    let (seconds, fraction) = parse_clock(clock)?;
    let magnitude = i128::from(days * 86_400 + seconds) * i128::from(TICKS_PER_SECOND) + i128::from(fraction);
    i64::try_from(if negative { -magnitude } else { magnitude }).ok()
}

/// Reads decimal digits, with an optional sign, point and exponent, as a stored decimal; `None` when it is not a number
/// or does not fit 38 digits before the point. Digits after the 38th place are dropped.
pub fn parse_decimal(text: &str) -> Option<i256> {
    let text = text.trim();
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok().filter(|it| it.abs() <= 100)?),
        None => (text, 0),
    };
    let unsigned = mantissa.strip_prefix(['-', '+']).unwrap_or(mantissa);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let mut digits = [whole, fraction].concat();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Places that the digits still lack, or have too many, for the stored scale.
    let missing = DECIMAL_SCALE as i64 - fraction.len() as i64 + i64::from(exponent);
    if missing >= 0 {
        digits.extend(std::iter::repeat_n('0', missing as usize));
    } else {
        let kept = digits.len() as i64 + missing;
        digits.truncate(kept.max(0) as usize);
    }
    let digits = digits.trim_start_matches('0');
    if digits.len() > DECIMAL_PRECISION {
        return None;
    }
    if digits.is_empty() {
        return Some(i256::ZERO);
    }
    let value: i256 = digits.parse().ok()?;
    Some(if mantissa.starts_with('-') { value.wrapping_neg() } else { value })
}

/// A guid in its one form, lower case with hyphens, from 32 hexadecimal digits with or without hyphens and braces.
pub fn parse_guid(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.strip_prefix('{').and_then(|it| it.strip_suffix('}')).unwrap_or(text);
    let mut out = String::with_capacity(36);
    for byte in text.bytes().filter(|byte| *byte != b'-') {
        if !byte.is_ascii_hexdigit() {
            return None;
        }
        if matches!(out.len(), 8 | 13 | 18 | 23) {
            out.push('-');
        }
        out.push(char::from(byte.to_ascii_lowercase()));
    }
    (out.len() == 36).then_some(out)
}

#[cfg(test)]
mod tests;
