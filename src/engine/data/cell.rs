//! One cell of a file as a value of a KQL type.
//!
//! Each conversion answers `Ok(None)` for what means a null (an empty cell, `null`, the portal's `Invalid date`) and
//! `Err` for what does not convert: then the value is null and the file has a finding.

use arrow::datatypes::i256;

use super::json_text;
use crate::engine::datetime_parse::parse_datetime;
use crate::kql::{MAX_DATETIME_TICKS, TICKS_PER_SECOND, UNIX_EPOCH_TICKS};
use crate::result::{parse_decimal, parse_guid, parse_timespan};

/// What a file wrote.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cell<'a> {
    /// Absent, or the JSON null.
    Null,
    Bool(bool),
    /// A JSON number as written.
    Number(&'a str),
    /// A JSON string, or a field of a delimited file.
    Text(&'a str),
    /// A JSON object or array in compact form.
    Nested(&'a str),
}

/// The cell says something that the type cannot hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unfit;

pub(super) type Converted<T> = Result<Option<T>, Unfit>;

/// A text that stands for no value where a number, truth value or instant is due.
fn is_blank(text: &str) -> bool {
    text.is_empty() || text.eq_ignore_ascii_case("null")
}

pub(super) fn to_bool(cell: Cell<'_>) -> Converted<bool> {
    match cell {
        Cell::Null => Ok(None),
        Cell::Bool(value) => Ok(Some(value)),
        Cell::Number(text) | Cell::Text(text) => {
            let text = text.trim();
            if is_blank(text) {
                Ok(None)
            } else if text.eq_ignore_ascii_case("true") {
                Ok(Some(true))
            } else if text.eq_ignore_ascii_case("false") {
                Ok(Some(false))
            } else {
                whole_number(text).map(|number| Some(number != 0)).ok_or(Unfit)
            }
        }
        Cell::Nested(_) => Err(Unfit),
    }
}

pub(super) fn to_int(cell: Cell<'_>) -> Converted<i32> {
    to_long(cell)?.map(|value| i32::try_from(value).map_err(|_| Unfit)).transpose()
}

pub(super) fn to_long(cell: Cell<'_>) -> Converted<i64> {
    match cell {
        Cell::Null => Ok(None),
        Cell::Bool(value) => Ok(Some(i64::from(value))),
        Cell::Number(text) => whole_number(text).map(Some).ok_or(Unfit),
        Cell::Text(text) => {
            let text = text.trim();
            if is_blank(text) {
                return Ok(None);
            }
            let hex = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
            let value = match hex {
                Some(digits) if !digits.starts_with('+') => i64::from_str_radix(digits, 16).ok(),
                Some(_) => None,
                None => whole_number(text),
            };
            value.map(Some).ok_or(Unfit)
        }
        Cell::Nested(_) => Err(Unfit),
    }
}

/// A whole number, also when it is written as `42.0` or `1e3`; `None` when it has a fraction or does not fit.
fn whole_number(text: &str) -> Option<i64> {
    if let Ok(value) = text.parse() {
        return Some(value);
    }
    let value: f64 = number_like(text)?;
    // 2^63 itself is the first real that does not fit.
    let fits = value.fract() == 0.0 && (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&value);
    (fits && text.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E'))).then_some(value as i64)
}

/// Digits with point or exponent; not the words for infinity and NaN, which Rust would read too.
fn number_like(text: &str) -> Option<f64> {
    let allowed = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E');
    if text.bytes().all(allowed) { text.parse().ok() } else { None }
}

pub(super) fn to_real(cell: Cell<'_>) -> Converted<f64> {
    match cell {
        Cell::Null => Ok(None),
        Cell::Bool(value) => Ok(Some(f64::from(u8::from(value)))),
        Cell::Number(text) | Cell::Text(text) => {
            let text = text.trim();
            if is_blank(text) {
                return Ok(None);
            }
            let word = match text.to_ascii_lowercase().as_str() {
                "nan" => Some(f64::NAN),
                "inf" | "+inf" | "infinity" => Some(f64::INFINITY),
                "-inf" | "-infinity" => Some(f64::NEG_INFINITY),
                _ => None,
            };
            word.or_else(|| number_like(text)).map(Some).ok_or(Unfit)
        }
        Cell::Nested(_) => Err(Unfit),
    }
}

pub(super) fn to_decimal(cell: Cell<'_>) -> Converted<i256> {
    match cell {
        Cell::Bool(value) => to_decimal(Cell::Number(if value { "1" } else { "0" })),
        Cell::Number(text) | Cell::Text(text) if !is_blank(text.trim()) => parse_decimal(text).map(Some).ok_or(Unfit),
        Cell::Null | Cell::Number(_) | Cell::Text(_) => Ok(None),
        Cell::Nested(_) => Err(Unfit),
    }
}

/// Text in any form of `todatetime()`; a number is Unix time, see [`unix_time`].
pub(super) fn to_datetime(cell: Cell<'_>) -> Converted<i64> {
    match cell {
        Cell::Null => Ok(None),
        Cell::Number(text) => unix_time(text).map(Some).ok_or(Unfit),
        Cell::Text(text) => {
            let text = text.trim();
            if is_blank(text) || text.eq_ignore_ascii_case("invalid date") {
                return Ok(None);
            }
            parse_datetime(text).or_else(|| unix_time(text)).map(Some).ok_or(Unfit)
        }
        Cell::Bool(_) | Cell::Nested(_) => Err(Unfit),
    }
}

/// Unix time in seconds, milliseconds, microseconds or nanoseconds, told apart by size: each unit covers 1973 to 5138
/// (nanoseconds to 2262). Smaller numbers are not believed to be instants.
pub(super) fn unix_time(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = whole.len();
    if !(9..=19).contains(&digits) || ![whole, fraction].concat().bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole: i128 = whole.parse().ok()?;
    let units_per_second: i128 = match whole {
        0..100_000_000 => return None,
        100_000_000..100_000_000_000 => 1,
        100_000_000_000..100_000_000_000_000 => 1_000,
        100_000_000_000_000..100_000_000_000_000_000 => 1_000_000,
        _ => 1_000_000_000,
    };
    let mut ticks = whole * i128::from(TICKS_PER_SECOND) / units_per_second;
    if !fraction.is_empty() {
        let kept = &fraction[..fraction.len().min(7)];
        let scale = units_per_second * 10_i128.pow(kept.len() as u32);
        ticks += kept.parse::<i128>().ok()? * i128::from(TICKS_PER_SECOND) / scale;
    }
    let ticks = i64::try_from(ticks + i128::from(UNIX_EPOCH_TICKS)).ok()?;
    (ticks <= MAX_DATETIME_TICKS).then_some(ticks)
}

/// Text as Kusto writes timespans; a number is ticks.
pub(super) fn to_timespan(cell: Cell<'_>) -> Converted<i64> {
    match cell {
        Cell::Null => Ok(None),
        Cell::Number(text) => whole_number(text).map(Some).ok_or(Unfit),
        Cell::Text(text) if is_blank(text.trim()) => Ok(None),
        Cell::Text(text) => parse_timespan(text).map(Some).ok_or(Unfit),
        Cell::Bool(_) | Cell::Nested(_) => Err(Unfit),
    }
}

pub(super) fn to_guid(cell: Cell<'_>) -> Converted<String> {
    match cell {
        Cell::Null => Ok(None),
        Cell::Text(text) if is_blank(text.trim()) => Ok(None),
        Cell::Text(text) => parse_guid(text).map(Some).ok_or(Unfit),
        Cell::Bool(_) | Cell::Number(_) | Cell::Nested(_) => Err(Unfit),
    }
}

/// Everything has a string; a missing one is empty.
pub(super) fn to_string(cell: Cell<'_>) -> &str {
    match cell {
        Cell::Null => "",
        Cell::Bool(true) => "true",
        Cell::Bool(false) => "false",
        Cell::Number(text) | Cell::Text(text) | Cell::Nested(text) => text,
    }
}

/// Compact JSON. A text that is JSON is that value, any other text is a string, and an empty one is null: as Kusto's
/// `todynamic()`, so that all file formats agree.
pub(super) fn to_dynamic(cell: Cell<'_>) -> Option<String> {
    match cell {
        Cell::Null => None,
        Cell::Bool(value) => Some(value.to_string()),
        Cell::Number(text) | Cell::Nested(text) => Some(text.to_owned()),
        Cell::Text(text) => {
            let trimmed = text.trim();
            if trimmed.is_empty() {
                return None;
            }
            let json = json_text::compact(trimmed).unwrap_or_else(|| json_text::quoted(text));
            (json != "null").then_some(json)
        }
    }
}

#[cfg(test)]
#[path = "cell/tests.rs"]
mod tests;
