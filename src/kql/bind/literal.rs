//! The text of a literal as a value. The argument of `int(…)`, `datetime(…)` and their like is literal syntax, not an
//! expression.

mod timespan;

#[cfg(test)]
mod tests;

pub use timespan::timespan_of_text;

use std::borrow::Cow;

use crate::kql::kind::SyntaxKind;
use crate::kql::{
    MAX_DATETIME_TICKS, ScalarType, TICKS_PER_SECOND, UNIX_EPOCH_TICKS, Value, parse_datetime, string_value,
    ticks_of_date,
};

/// The value of a literal token; `None` when the text is not one of its type. `now` is what `datetime()` means.
pub(super) fn decode(kind: SyntaxKind, text: &str, now: i64) -> Option<Value> {
    let inner = inner(text);
    match kind {
        SyntaxKind::BoolLiteral => bool_literal(inner),
        SyntaxKind::IntLiteral => integer(inner, ScalarType::Int),
        SyntaxKind::LongLiteral => integer(inner, ScalarType::Long),
        SyntaxKind::RealLiteral => real(inner),
        SyntaxKind::DecimalLiteral => decimal(inner),
        SyntaxKind::DatetimeLiteral => datetime_literal(inner, now),
        SyntaxKind::TimespanLiteral => timespan_literal(inner, text.len() != inner.len()),
        SyntaxKind::GuidLiteral => guid(inner),
        SyntaxKind::StringLiteral => string_value(text).map(|text| Value::String(text.into_owned())),
        _ => None,
    }
}

/// What stands in the brackets of `int( 5 )`, or the text itself.
fn inner(text: &str) -> &str {
    let text = text.trim();
    match (text.find('('), text.ends_with(')')) {
        (Some(open), true) if !text.starts_with(['"', '\'', '@']) => text[open + 1..text.len() - 1].trim(),
        _ => text,
    }
}

fn bool_literal(text: &str) -> Option<Value> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        "null" => Some(Value::Null(ScalarType::Bool)),
        number => number.parse::<i64>().ok().map(|number| Value::Bool(number != 0)),
    }
}

/// Decimal digits with a sign, or hexadecimal digits that wrap into the type.
fn integer(text: &str, ty: ScalarType) -> Option<Value> {
    if text.eq_ignore_ascii_case("null") {
        return Some(Value::Null(ty));
    }
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let bits = u64::from_str_radix(digits, 16).ok()?;
        return Some(if ty == ScalarType::Int {
            Value::Int(u32::try_from(bits).ok()? as i32)
        } else {
            Value::Long(bits as i64)
        });
    }
    // A sign may stand apart, as in `long(- 5)`.
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits.trim_start()),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = format!("{sign}{digits}");
    match ty {
        ScalarType::Int => number.parse().ok().map(Value::Int),
        _ => number.parse().ok().map(Value::Long),
    }
}

fn real(text: &str) -> Option<Value> {
    let number = match text.to_ascii_lowercase().as_str() {
        "null" => return Some(Value::Null(ScalarType::Real)),
        "nan" => f64::NAN,
        "inf" | "+inf" => f64::INFINITY,
        "-inf" => f64::NEG_INFINITY,
        number if number.bytes().all(|byte| byte.is_ascii_digit() || b"+-.e".contains(&byte)) => number.parse().ok()?,
        _ => return None,
    };
    Some(Value::Real(number))
}

/// Canonical digits without an exponent; 38 digits before and after the point are the limit of the engine's column.
fn decimal(text: &str) -> Option<Value> {
    if text.eq_ignore_ascii_case("null") {
        return Some(Value::Null(ScalarType::Decimal));
    }
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) || exponent.abs() > 76 {
        return None;
    }
    let point = i32::try_from(whole.len()).ok()?.checked_add(exponent)?;
    let (whole, fraction) = if point <= 0 {
        (String::new(), "0".repeat(point.unsigned_abs() as usize) + &digits)
    } else if point as usize >= digits.len() {
        (digits.clone() + &"0".repeat(point as usize - digits.len()), String::new())
    } else {
        (digits[..point as usize].to_owned(), digits[point as usize..].to_owned())
    };
    let whole = whole.trim_start_matches('0');
    if whole.len() > 38 || fraction.len() > 38 {
        return None;
    }
    let sign = if negative { "-" } else { "" };
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(Value::Decimal(if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }))
}

fn datetime_literal(text: &str, now: i64) -> Option<Value> {
    let text = string_value(text).unwrap_or(Cow::Borrowed(text));
    match text.trim() {
        "" => Some(Value::Datetime(now)),
        null if null.eq_ignore_ascii_case("null") => Some(Value::Null(ScalarType::Datetime)),
        text => datetime(text).map(Value::Datetime),
    }
}

/// What stands in `datetime(…)`: a text as for `todatetime()`, parts with commas, or one number.
fn datetime(text: &str) -> Option<i64> {
    if text.contains(',') && !text.chars().any(char::is_alphabetic) {
        let parts: Option<Vec<i64>> = text.split(',').map(|part| part.trim().parse().ok()).collect();
        return match parts?.as_slice() {
            [year, month] => ticks_of_date(*year, *month, 1),
            [year, month, day] => ticks_of_date(*year, *month, *day),
            _ => None,
        };
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let number = text.parse::<i64>().ok()?;
        return match text.len() {
            4 => ticks_of_date(number, 1, 1),
            8 => ticks_of_date(number / 10_000, number / 100 % 100, number % 100),
            // How Kusto tells years from seconds is only known at these sizes.
            _ => {
                number.checked_mul(TICKS_PER_SECOND)?.checked_add(UNIX_EPOCH_TICKS).filter(|t| *t <= MAX_DATETIME_TICKS)
            }
        };
    }
    // Spaces around hyphens are tolerated: `2017 - 08 - 01`.
    parse_datetime(&text.replace(" - ", "-"))
}

fn timespan_literal(text: &str, bracketed: bool) -> Option<Value> {
    let text = string_value(text).unwrap_or(Cow::Borrowed(text));
    let text = text.trim();
    if text.eq_ignore_ascii_case("null") {
        return Some(Value::Null(ScalarType::Timespan));
    }
    timespan::parse_literal(text, bracketed).map(Value::Timespan)
}

/// 32 hexadecimal digits, with hyphens or without.
fn guid(text: &str) -> Option<Value> {
    let text = string_value(text).unwrap_or(Cow::Borrowed(text));
    let text = text.trim();
    if text.eq_ignore_ascii_case("null") {
        return Some(Value::Null(ScalarType::Guid));
    }
    let digits: String = text.trim_matches(['{', '}']).chars().filter(|&c| c != '-').collect();
    if digits.len() != 32 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let digits = digits.to_ascii_lowercase();
    let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    Some(Value::Guid(parts.join("-")))
}
