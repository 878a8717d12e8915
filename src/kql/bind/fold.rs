//! Arithmetic on literals, where the answer of Kusto is certain. What is not certain is left to the engine.

use crate::kql::kind::SyntaxKind;
use crate::kql::{MAX_DATETIME_TICKS, ScalarOperator, ScalarType, Value, parse_datetime, timespan_of_text};

use super::literal;

/// The value as another type, when that is known beyond doubt.
pub(super) fn convert(value: &Value, ty: ScalarType) -> Option<Value> {
    if matches!(value, Value::Null(_)) {
        return Some(null(ty));
    }
    Some(match (value, ty) {
        (Value::String(text), ty) => return from_text(text, ty),
        (Value::Bool(flag), ScalarType::Int) => Value::Int(i32::from(*flag)),
        (Value::Bool(flag), ScalarType::Long) => Value::Long(i64::from(*flag)),
        (Value::Bool(flag), ScalarType::Real) => Value::Real(f64::from(u8::from(*flag))),
        (Value::Int(number), ScalarType::Bool) => Value::Bool(*number != 0),
        (Value::Long(number), ScalarType::Bool) => Value::Bool(*number != 0),
        (Value::Int(number), ScalarType::Long) => Value::Long(i64::from(*number)),
        (Value::Int(number), ScalarType::Real) => Value::Real(f64::from(*number)),
        (Value::Long(number), ScalarType::Real) => Value::Real(*number as f64),
        (Value::Int(number), ScalarType::Decimal) => Value::Decimal(number.to_string()),
        (Value::Long(number), ScalarType::Decimal) => Value::Decimal(number.to_string()),
        (Value::Int(number), ScalarType::String) => Value::String(number.to_string()),
        (Value::Long(number), ScalarType::String) => Value::String(number.to_string()),
        (Value::Int(number), ScalarType::Dynamic) => Value::Dynamic(number.to_string()),
        (Value::Long(number), ScalarType::Dynamic) => Value::Dynamic(number.to_string()),
        (Value::Bool(flag), ScalarType::Dynamic) => Value::Dynamic(flag.to_string()),
        _ => return None,
    })
}

/// The null of a type, which is empty text for a string.
pub(super) fn null(ty: ScalarType) -> Value {
    if ty == ScalarType::String { Value::String(String::new()) } else { Value::Null(ty) }
}

/// Text as `tolong()` and its like read it; what cannot be read is null.
fn from_text(text: &str, ty: ScalarType) -> Option<Value> {
    let trimmed = text.trim();
    Some(match ty {
        ScalarType::Long => integer(trimmed, SyntaxKind::LongLiteral).unwrap_or(Value::Null(ty)),
        ScalarType::Int => integer(trimmed, SyntaxKind::IntLiteral).unwrap_or(Value::Null(ty)),
        ScalarType::Datetime => parse_datetime(text).map_or(Value::Null(ty), Value::Datetime),
        ScalarType::Timespan => timespan_of_text(text).map_or(Value::Null(ty), Value::Timespan),
        ScalarType::Bool => match trimmed.to_ascii_lowercase().as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            number => number.parse::<i64>().map_or(Value::Null(ty), |number| Value::Bool(number != 0)),
        },
        ScalarType::Guid => literal::decode(SyntaxKind::GuidLiteral, trimmed, 0).unwrap_or(Value::Null(ty)),
        ScalarType::Real if trimmed.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte)) => {
            trimmed.parse().map_or(Value::Null(ty), Value::Real)
        }
        ScalarType::Dynamic => Value::Dynamic(serde_json::to_string(text).ok()?),
        _ => return None,
    })
}

/// Digits with a sign, or hexadecimal digits without one.
fn integer(text: &str, kind: SyntaxKind) -> Option<Value> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-".contains(&byte));
    if !plain || text.eq_ignore_ascii_case("null") { None } else { literal::decode(kind, text, 0) }
}

/// An operator on literals of the types that the binder gives it.
pub(super) fn operator(operator: ScalarOperator, left: &Value, right: &Value) -> Option<Value> {
    use ScalarOperator::{Add, Divide, Multiply, Subtract};
    match (left, right) {
        (Value::Long(a), Value::Long(b)) => long(operator, *a, *b),
        (Value::Real(a), Value::Real(b)) => match operator {
            Add => Some(Value::Real(a + b)),
            Subtract => Some(Value::Real(a - b)),
            Multiply => Some(Value::Real(a * b)),
            Divide => Some(Value::Real(a / b)),
            _ => None,
        },
        (Value::Datetime(a), Value::Timespan(b)) => match operator {
            Add => datetime(a.checked_add(*b)?),
            Subtract => datetime(a.checked_sub(*b)?),
            _ => None,
        },
        (Value::Timespan(a), Value::Datetime(b)) if operator == Add => datetime(a.checked_add(*b)?),
        (Value::Datetime(a), Value::Datetime(b)) if operator == Subtract => a.checked_sub(*b).map(Value::Timespan),
        (Value::Timespan(a), Value::Timespan(b)) => match operator {
            Add => a.checked_add(*b).map(Value::Timespan),
            Subtract => a.checked_sub(*b).map(Value::Timespan),
            Divide if *b != 0 => Some(Value::Real(*a as f64 / *b as f64)),
            _ => None,
        },
        (Value::Timespan(a), Value::Long(b)) => match operator {
            Multiply => a.checked_mul(*b).map(Value::Timespan),
            Divide if *b != 0 && a % b == 0 => Some(Value::Timespan(a / b)),
            _ => None,
        },
        _ => None,
    }
}

fn long(operator: ScalarOperator, a: i64, b: i64) -> Option<Value> {
    let result = match operator {
        ScalarOperator::Add => a.checked_add(b)?,
        ScalarOperator::Subtract => a.checked_sub(b)?,
        ScalarOperator::Multiply => a.checked_mul(b)?,
        ScalarOperator::Divide if b == 0 => return Some(Value::Null(ScalarType::Long)),
        ScalarOperator::Divide => a.checked_div(b)?,
        ScalarOperator::Modulo if b != 0 => a.checked_rem_euclid(b.checked_abs()?)?,
        _ => return None,
    };
    Some(Value::Long(result))
}

fn datetime(ticks: i64) -> Option<Value> {
    (0..=MAX_DATETIME_TICKS).contains(&ticks).then_some(Value::Datetime(ticks))
}

pub(super) fn negate(value: &Value) -> Option<Value> {
    match value {
        Value::Int(number) => number.checked_neg().map(Value::Int),
        Value::Long(number) => number.checked_neg().map(Value::Long),
        Value::Real(number) => Some(Value::Real(-number)),
        Value::Timespan(ticks) => ticks.checked_neg().map(Value::Timespan),
        Value::Decimal(digits) => {
            Some(Value::Decimal(digits.strip_prefix('-').map_or_else(|| format!("-{digits}"), str::to_owned)))
        }
        _ => None,
    }
}
