//! The type of a column that nobody has stated: one that holds every value it has.
//!
//! Fields of delimited files are bool (`true`, `false`), long, real, datetime, dynamic (JSON objects and arrays) or
//! string; values of JSON files keep their own kind, and their strings may be datetimes. A number becomes a number only
//! if its text can be made from it again: `007` and account numbers of 20 digits stay strings. Guids stay strings.

use super::cell::Cell;
use super::json_text;
use super::raw::RawColumn;
use crate::engine::datetime_parse::parse_datetime;
use crate::kql::ScalarType;

/// A set of types that are still possible.
type Set = u8;

const BOOL: Set = 1;
const LONG: Set = 2;
const DECIMAL: Set = 4;
const REAL: Set = 8;
const DATETIME: Set = 16;
const DYNAMIC: Set = 32;
const STRING: Set = 64;
const ALL: Set = 127;

/// The first that is possible is chosen.
const PREFERENCE: [(Set, ScalarType); 7] = [
    (BOOL, ScalarType::Bool),
    (LONG, ScalarType::Long),
    (DECIMAL, ScalarType::Decimal),
    (REAL, ScalarType::Real),
    (DATETIME, ScalarType::Datetime),
    (DYNAMIC, ScalarType::Dynamic),
    (STRING, ScalarType::String),
];

/// `None` when the column has no value. `typed`: the file itself tells texts from other values.
pub(super) fn infer(column: &RawColumn, typed: bool) -> Option<ScalarType> {
    if column.declared.is_some() {
        return column.declared;
    }
    let mut possible = ALL;
    for cell in column.cells(0..column.len()) {
        possible &= possible_for(cell, possible, typed);
        if possible == STRING {
            return Some(ScalarType::String);
        }
        if possible == 0 {
            // Objects beside plain values.
            return Some(ScalarType::Dynamic);
        }
    }
    if possible == ALL {
        return None;
    }
    PREFERENCE.into_iter().find(|(set, _)| possible & set != 0).map(|(_, ty)| ty)
}

/// Only what is still `asked` is looked at closely.
fn possible_for(cell: Cell<'_>, asked: Set, typed: bool) -> Set {
    match cell {
        Cell::Null => ALL,
        Cell::Bool(_) => BOOL | STRING,
        Cell::Number(text) => number(text) | STRING,
        Cell::Nested(_) => DYNAMIC,
        Cell::Text(text) if typed => typed_text(text.trim(), asked),
        Cell::Text(text) => text_field(text.trim(), asked),
    }
}

/// A text that its file calls a text.
fn typed_text(text: &str, asked: Set) -> Set {
    if text.is_empty() {
        return DATETIME | STRING;
    }
    text_field(text, asked & DATETIME)
}

fn text_field(text: &str, asked: Set) -> Set {
    let Some(first) = text.bytes().next() else { return ALL };
    let mut possible = STRING;
    if asked & BOOL != 0 && (text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")) {
        possible |= BOOL;
    }
    if asked & (LONG | DECIMAL | REAL) != 0 && (first.is_ascii_digit() || first == b'-') {
        possible |= plain_number(text);
    }
    if asked & DATETIME != 0 && (is_datetime(text) || text.eq_ignore_ascii_case("invalid date")) {
        possible |= DATETIME;
    }
    if asked & DYNAMIC != 0 && matches!(first, b'{' | b'[') && json_text::compact(text).is_some() {
        possible |= DYNAMIC;
    }
    possible
}

/// A JSON number.
fn number(text: &str) -> Set {
    if text.parse::<i64>().is_ok() {
        LONG | DECIMAL | REAL
    } else if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') && text.len() <= 38 {
        DECIMAL | REAL
    } else {
        REAL
    }
}

/// A text that a number would be written as.
fn plain_number(text: &str) -> Set {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let padded = whole.len() > 1 && whole.starts_with('0');
    if padded || !all_digits(whole) || !all_digits(fraction) || !all_digits(exponent) || text == "-0" {
        return 0;
    }
    let is_whole = digits == whole;
    match is_whole {
        true if text.parse::<i64>().is_ok() => LONG | DECIMAL | REAL,
        // More digits than a real keeps.
        _ if whole.len() + fraction.len() > 17 => 0,
        true => DECIMAL | REAL,
        false => REAL,
    }
}

/// Stricter than the conversion: versions, addresses and plain digits are not dates. The year has four digits, and the
/// parts of the date are not separated by points.
fn is_datetime(text: &str) -> bool {
    let separator = text.bytes().find(|byte| !byte.is_ascii_digit());
    let mut runs = text.split(|c: char| !c.is_ascii_digit());
    separator.is_some_and(|byte| byte != b'.')
        && text.len() >= 8
        && text.len() <= 64
        && runs.any(|run| run.len() == 4)
        && parse_datetime(text).is_some()
}
