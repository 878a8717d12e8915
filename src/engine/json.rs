//! How values of the KQL types look inside a dynamic: the one encoder for `pack`, `make_list` and their like.
//!
//! Kusto's forms (kql-semantics §0.3, §3.3): a datetime has always seven digits, a timespan is its text, a whole real
//! keeps its fraction, what JSON cannot say (NaN, infinities, decimals) is a string, and a dynamic is put in as it is.

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal256Array, Float64Array, Int32Array, Int64Array, StringArray,
};
use arrow::datatypes::{Decimal256Type, Float64Type, Int32Type, Int64Type};
use std::fmt::Write;

use crate::kql::ScalarType;
use crate::result::{datetime_text, decimal_text, real_text, timespan_text};

/// An array of one KQL type, ready to be written value by value as JSON.
#[derive(Debug)]
pub(in crate::engine) enum Encoder<'a> {
    Bool(&'a BooleanArray),
    Int(&'a Int32Array),
    Long(&'a Int64Array),
    Real(&'a Float64Array),
    Decimal(&'a Decimal256Array),
    Datetime(&'a Int64Array),
    Timespan(&'a Int64Array),
    Text(&'a StringArray),
    Dynamic(&'a StringArray),
}

impl<'a> Encoder<'a> {
    /// The array must be stored as `kql::scalar` says for the type.
    pub(in crate::engine) fn new(ty: ScalarType, array: &'a ArrayRef) -> Self {
        match ty {
            ScalarType::Bool => Self::Bool(array.as_boolean()),
            ScalarType::Int => Self::Int(array.as_primitive::<Int32Type>()),
            ScalarType::Long => Self::Long(array.as_primitive::<Int64Type>()),
            ScalarType::Real => Self::Real(array.as_primitive::<Float64Type>()),
            ScalarType::Decimal => Self::Decimal(array.as_primitive::<Decimal256Type>()),
            ScalarType::Datetime => Self::Datetime(array.as_primitive::<Int64Type>()),
            ScalarType::Timespan => Self::Timespan(array.as_primitive::<Int64Type>()),
            ScalarType::Guid | ScalarType::String => Self::Text(array.as_string::<i32>()),
            ScalarType::Dynamic | ScalarType::Unknown => Self::Dynamic(array.as_string::<i32>()),
        }
    }

    /// True for a null, and for a dynamic that holds the JSON null.
    pub(in crate::engine) fn is_null(&self, row: usize) -> bool {
        match self {
            Self::Bool(array) => array.is_null(row),
            Self::Int(array) => array.is_null(row),
            Self::Real(array) => array.is_null(row),
            Self::Decimal(array) => array.is_null(row),
            Self::Long(array) | Self::Datetime(array) | Self::Timespan(array) => array.is_null(row),
            Self::Text(array) => array.is_null(row),
            Self::Dynamic(array) => array.is_null(row) || array.value(row) == "null",
        }
    }

    /// Appends the value as compact JSON; a null is `null`.
    pub(in crate::engine) fn write(&self, row: usize, out: &mut String) {
        if self.is_null(row) {
            out.push_str("null");
            return;
        }
        match self {
            Self::Bool(array) => out.push_str(if array.value(row) { "true" } else { "false" }),
            Self::Int(array) => write_integer(out, i64::from(array.value(row))),
            Self::Long(array) => write_integer(out, array.value(row)),
            Self::Real(array) => write_real(out, array.value(row)),
            Self::Decimal(array) => write_text(out, &decimal_text(array.value(row))),
            Self::Datetime(array) => write_text(out, &datetime_text(array.value(row))),
            Self::Timespan(array) => write_text(out, &timespan_text(array.value(row))),
            Self::Text(array) => write_text(out, array.value(row)),
            Self::Dynamic(array) => out.push_str(array.value(row)),
        }
    }
}

fn write_integer(out: &mut String, value: i64) {
    write!(out, "{value}").expect("writing to a string cannot fail");
}

/// Appends a real as a JSON number; NaN and the infinities, which JSON lacks, as Kusto's words in quotes.
pub(in crate::engine) fn write_real(out: &mut String, value: f64) {
    if value.is_nan() {
        out.push_str("\"NaN\"");
    } else if value.is_infinite() {
        out.push_str(if value > 0.0 { "\"Infinity\"" } else { "\"-Infinity\"" });
    } else {
        out.push_str(&real_text(value));
    }
}

/// Appends a JSON string with the escapes it needs.
pub(in crate::engine) fn write_text(out: &mut String, text: &str) {
    out.push('"');
    let mut plain_from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x08 => "\\b",
            0x0c => "\\f",
            0x00..=0x1f => "",
            _ => continue,
        };
        out.push_str(&text[plain_from..at]);
        if escape.is_empty() {
            write!(out, "\\u{byte:04x}").expect("writing to a string cannot fail");
        } else {
            out.push_str(escape);
        }
        plain_from = at + 1;
    }
    out.push_str(&text[plain_from..]);
    out.push('"');
}

/// The elements of a JSON array, each as its text; `None` for any other text.
pub(in crate::engine) fn array_elements(text: &str) -> Option<Vec<&str>> {
    let inside = text.trim().strip_prefix('[')?.strip_suffix(']')?;
    Some(split(inside))
}

/// The members of a JSON object, key (in its quotes) and value, each as its text; `None` for any other text.
pub(in crate::engine) fn bag_members(text: &str) -> Option<Vec<(&str, &str)>> {
    let inside = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    split(inside).into_iter().map(split_member).collect()
}

fn split_member(member: &str) -> Option<(&str, &str)> {
    let mut escaped = false;
    let end = member.bytes().enumerate().skip(1).find(|(_, byte)| {
        let closes = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        closes
    })?;
    let (key, rest) = member.split_at(end.0 + 1);
    Some((key, rest.trim_start().strip_prefix(':')?.trim()))
}

/// Cuts valid JSON at its outermost commas.
fn split(inside: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    let (mut in_string, mut escaped) = (false, false);
    for (at, byte) in inside.bytes().enumerate() {
        if in_string {
            in_string = byte != b'"' || escaped;
            escaped = byte == b'\\' && !escaped;
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                parts.push(inside[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    let last = inside[start..].trim();
    if !last.is_empty() {
        parts.push(last);
    }
    parts
}
