//! JSON text as a dynamic holds it: a scanner that skips what it does not need, and the writer of leaves.
//!
//! Stored text is compact and valid, but it comes from files, so every function here is total on any text.

use std::borrow::Cow;
use std::fmt::Write;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArray, StringBuilder};
use datafusion::arrow::datatypes::{Decimal256Type, Float64Type, Int32Type, Int64Type};

use crate::kql::ScalarType;
use crate::result::{datetime_text, decimal_text, timespan_text};

/// Containers inside containers past which a text is not taken for JSON.
const MAX_DEPTH: usize = 512;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    Bool,
    Number,
    String,
    Array,
    Bag,
}

/// What a value is, by its first character.
pub(super) fn kind(text: &str) -> Option<Kind> {
    Some(match text.as_bytes().first()? {
        b'n' => Kind::Null,
        b't' | b'f' => Kind::Bool,
        b'-' | b'0'..=b'9' => Kind::Number,
        b'"' => Kind::String,
        b'[' => Kind::Array,
        b'{' => Kind::Bag,
        _ => return None,
    })
}

pub(in crate::engine) fn is_array(text: &str) -> bool {
    kind(text) == Some(Kind::Array)
}

pub(in crate::engine) fn is_bag(text: &str) -> bool {
    kind(text) == Some(Kind::Bag)
}

/// A number without point and exponent.
pub(super) fn is_whole(text: &str) -> bool {
    kind(text) == Some(Kind::Number) && !text.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E'))
}

/// The elements of an array as texts; nothing for anything else.
pub(in crate::engine) fn elements(text: &str) -> Elements<'_> {
    Elements { text, position: if is_array(text) { 1 } else { text.len() } }
}

pub(in crate::engine) struct Elements<'a> {
    text: &'a str,
    position: usize,
}

impl<'a> Iterator for Elements<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let bytes = self.text.as_bytes();
        let start = skip_separators(bytes, self.position);
        let end = skip_value(bytes, start)?;
        self.position = end;
        self.text.get(start..end)
    }
}

/// The members of a bag: raw key with its quotes, and value; nothing for anything else.
pub(in crate::engine) fn raw_members(text: &str) -> RawMembers<'_> {
    RawMembers { text, position: if is_bag(text) { 1 } else { text.len() } }
}

/// The members of a bag: key and value.
pub(super) fn members(text: &str) -> impl Iterator<Item = (Cow<'_, str>, &str)> {
    raw_members(text).map(|(key, value)| (unquote(key), value))
}

pub(in crate::engine) struct RawMembers<'a> {
    text: &'a str,
    position: usize,
}

impl<'a> Iterator for RawMembers<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<(&'a str, &'a str)> {
        let bytes = self.text.as_bytes();
        let key_start = skip_separators(bytes, self.position);
        if bytes.get(key_start) != Some(&b'"') {
            return None;
        }
        let key_end = skip_string(bytes, key_start)?;
        let colon = skip_space(bytes, key_end);
        if bytes.get(colon) != Some(&b':') {
            return None;
        }
        let start = skip_space(bytes, colon + 1);
        let end = skip_value(bytes, start)?;
        self.position = end;
        Some((self.text.get(key_start..key_end)?, self.text.get(start..end)?))
    }
}

/// The value under a key; `None` when it is missing or the text is no bag.
pub(super) fn member<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    raw_members(text).find(|(raw, _)| key_is(raw, key)).map(|(_, value)| value)
}

fn key_is(raw: &str, key: &str) -> bool {
    let inner = raw.get(1..raw.len() - 1).unwrap_or_default();
    inner == key || (inner.contains('\\') && unquote(raw) == key)
}

/// The element at an index; a negative one counts from the end.
pub(super) fn element(text: &str, index: i64) -> Option<&str> {
    if index >= 0 {
        return elements(text).nth(usize::try_from(index).ok()?);
    }
    let all: Vec<&str> = elements(text).collect();
    let from_end = usize::try_from(index.unsigned_abs()).ok()?;
    all.len().checked_sub(from_end).map(|position| all[position])
}

/// The characters of a JSON string, of the text itself when it is none.
pub(super) fn unquote(text: &str) -> Cow<'_, str> {
    let Some(inner) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return Cow::Borrowed(text);
    };
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    Cow::Owned(unescape(inner))
}

fn unescape(inner: &str) -> String {
    let mut out = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let escape = rest.as_bytes().get(at + 1).copied();
        rest = rest.get(at + 2..).unwrap_or_default();
        match escape {
            Some(b'n') => out.push('\n'),
            Some(b't') => out.push('\t'),
            Some(b'r') => out.push('\r'),
            Some(b'b') => out.push('\u{8}'),
            Some(b'f') => out.push('\u{c}'),
            Some(b'u') => rest = push_unicode_escape(rest, &mut out),
            Some(other) if other.is_ascii() => out.push(char::from(other)),
            _ => {}
        }
    }
    out.push_str(rest);
    out
}

/// Reads what follows `\u`, with the second half of a surrogate pair, and gives what is left.
fn push_unicode_escape<'a>(rest: &'a str, out: &mut String) -> &'a str {
    let Some(first) = hex4(rest) else { return rest };
    let mut rest = &rest[4..];
    let mut code = first;
    if (0xD800..0xDC00).contains(&first)
        && let Some(tail) = rest.strip_prefix("\\u")
        && let Some(second) = hex4(tail).filter(|second| (0xDC00..0xE000).contains(second))
    {
        code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        rest = &tail[4..];
    }
    out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
    rest
}

fn hex4(text: &str) -> Option<u32> {
    let digits = text.get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

/// Writes a text as a JSON string.
pub(super) fn push_quoted(text: &str, out: &mut String) {
    crate::engine::json::write_text(out, text);
}

/// Writes texts that are JSON already as an array; `None` is null.
pub(super) fn push_array<'a>(values: impl IntoIterator<Item = Option<&'a str>>, out: &mut String) {
    out.push('[');
    for (index, value) in values.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        out.push_str(value.unwrap_or("null"));
    }
    out.push(']');
}

/// Writes plain texts as an array of strings.
pub(super) fn push_strings<'a>(values: impl IntoIterator<Item = &'a str>, out: &mut String) {
    out.push('[');
    for (index, value) in values.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        push_quoted(value, out);
    }
    out.push(']');
}

/// Writes `"key":value` with the comma that parts it from what the bag holds already.
pub(super) fn push_member(key: &str, value: &str, out: &mut String) {
    if !out.ends_with('{') {
        out.push(',');
    }
    push_quoted(key, out);
    out.push(':');
    out.push_str(value);
}

/// The text form of a JSON value: a string's characters, nothing for null, else the JSON.
pub(super) fn leaf_text(text: &str) -> Cow<'_, str> {
    match kind(text) {
        Some(Kind::String) => unquote(text),
        Some(Kind::Null) => Cow::Borrowed(""),
        _ => Cow::Borrowed(text),
    }
}

/// Every value of a column as JSON inside a dynamic: dates and spans as strings, nulls null.
pub(super) fn leaves(array: &ArrayRef, ty: ScalarType) -> StringArray {
    if ty == ScalarType::Dynamic {
        return array.as_string::<i32>().clone();
    }
    let mut builder = StringBuilder::with_capacity(array.len(), array.len() * 8);
    let mut buffer = String::new();
    for row in 0..array.len() {
        if array.is_null(row) && ty != ScalarType::String {
            builder.append_null();
            continue;
        }
        buffer.clear();
        push_leaf(array, ty, row, &mut buffer);
        builder.append_value(&buffer);
    }
    builder.finish()
}

fn push_leaf(array: &ArrayRef, ty: ScalarType, row: usize, out: &mut String) {
    match ty {
        ScalarType::Bool => out.push_str(if array.as_boolean().value(row) { "true" } else { "false" }),
        ScalarType::Int => push_display(array.as_primitive::<Int32Type>().value(row), out),
        ScalarType::Long => push_display(array.as_primitive::<Int64Type>().value(row), out),
        ScalarType::Real => push_real(array.as_primitive::<Float64Type>().value(row), out),
        ScalarType::Decimal => push_quoted(&decimal_text(array.as_primitive::<Decimal256Type>().value(row)), out),
        ScalarType::Datetime => push_quoted(&datetime_text(array.as_primitive::<Int64Type>().value(row)), out),
        ScalarType::Timespan => push_quoted(&timespan_text(array.as_primitive::<Int64Type>().value(row)), out),
        ScalarType::Guid | ScalarType::String | ScalarType::Dynamic if array.is_null(row) => out.push_str("\"\""),
        ScalarType::Guid | ScalarType::String => push_quoted(array.as_string::<i32>().value(row), out),
        ScalarType::Dynamic | ScalarType::Unknown => out.push_str(array.as_string::<i32>().value(row)),
    }
}

fn push_display(value: impl std::fmt::Display, out: &mut String) {
    let _ = write!(out, "{value}");
}

/// A real inside a dynamic; JSON has no word for what is not finite, so that is a string.
pub(super) fn push_real(value: f64, out: &mut String) {
    crate::engine::json::write_real(out, value);
}

/// The compact form of a JSON text; `None` when it is not JSON. Numbers keep their digits.
pub(super) fn compact(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let start = skip_space(bytes, 0);
    let end = compact_value(text, start, 0, &mut out)?;
    (skip_space(bytes, end) == bytes.len()).then_some(out)
}

/// Whether a text is JSON in the very form that [`compact`] would give it. Seldom false for one that has that form.
pub(super) fn is_compact(text: &str) -> bool {
    compact_end(text.as_bytes(), 0, 0) == Some(text.len())
}

/// The end of the compact value at `at`.
fn compact_end(bytes: &[u8], at: usize, depth: usize) -> Option<usize> {
    let (close, is_bag) = match bytes.get(at)? {
        _ if depth > MAX_DEPTH => return None,
        b'"' => return plain_string_end(bytes, at),
        b'-' | b'0'..=b'9' => return number_end(bytes, at),
        b'{' => (b'}', true),
        b'[' => (b']', false),
        _ => {
            let is = |word: &&str| bytes[at..].starts_with(word.as_bytes());
            return ["true", "false", "null"].iter().find(|word| is(word)).map(|word| at + word.len());
        }
    };
    let mut at = at + 1;
    if *bytes.get(at)? == close {
        return Some(at + 1);
    }
    loop {
        if is_bag {
            at = plain_string_end(bytes, at)?;
            if *bytes.get(at)? != b':' {
                return None;
            }
            at += 1;
        }
        at = compact_end(bytes, at, depth + 1)?;
        match *bytes.get(at)? {
            b',' => at += 1,
            byte if byte == close => return Some(at + 1),
            _ => return None,
        }
    }
}

/// The end of a string without escapes; `None` for any other, which may have to be written anew.
fn plain_string_end(bytes: &[u8], at: usize) -> Option<usize> {
    if *bytes.get(at)? != b'"' {
        return None;
    }
    let end = special(bytes, at + 1)?;
    (bytes[end] == b'"').then_some(end + 1)
}

/// The place of the next quote, backslash or control character. Strings of logs are short, so eight bytes at once are
/// faster than a call of a search for long texts.
fn special(bytes: &[u8], mut at: usize) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    while let Some(eight) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*eight);
        let zero_in = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGH;
        let found = zero_in(word ^ (ONES * u64::from(b'"'))) | zero_in(word ^ (ONES * u64::from(b'\\'))) | control;
        // A borrow can mark a byte above a true one, never below it, so the lowest is true.
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
    bytes.get(at..)?.iter().position(is_special).map(|place| at + place)
}

fn compact_value(text: &str, start: usize, depth: usize, out: &mut String) -> Option<usize> {
    match text.as_bytes().get(start)? {
        _ if depth > MAX_DEPTH => None,
        b'{' => compact_bag(text, start + 1, depth, out),
        b'[' => compact_array(text, start + 1, depth, out),
        b'"' => compact_string(text, start, out),
        b'-' | b'0'..=b'9' => compact_number(text, start, out),
        _ => ["true", "false", "null"].into_iter().find_map(|word| {
            let end = start + word.len();
            (text.get(start..end)? == word).then(|| {
                out.push_str(word);
                end
            })
        }),
    }
}

fn compact_array(text: &str, start: usize, depth: usize, out: &mut String) -> Option<usize> {
    let bytes = text.as_bytes();
    out.push('[');
    let mut at = skip_space(bytes, start);
    if bytes.get(at) == Some(&b']') {
        out.push(']');
        return Some(at + 1);
    }
    loop {
        at = skip_space(bytes, compact_value(text, at, depth + 1, out)?);
        out.push(char::from(*bytes.get(at)?));
        match bytes[at] {
            b']' => return Some(at + 1),
            b',' => at = skip_space(bytes, at + 1),
            _ => return None,
        }
    }
}

fn compact_bag(text: &str, start: usize, depth: usize, out: &mut String) -> Option<usize> {
    let bytes = text.as_bytes();
    out.push('{');
    let mut at = skip_space(bytes, start);
    if bytes.get(at) == Some(&b'}') {
        out.push('}');
        return Some(at + 1);
    }
    loop {
        if bytes.get(at) != Some(&b'"') {
            return None;
        }
        at = skip_space(bytes, compact_string(text, at, out)?);
        if bytes.get(at) != Some(&b':') {
            return None;
        }
        out.push(':');
        at = skip_space(bytes, at + 1);
        at = skip_space(bytes, compact_value(text, at, depth + 1, out)?);
        out.push(char::from(*bytes.get(at)?));
        match bytes[at] {
            b'}' => return Some(at + 1),
            b',' => at = skip_space(bytes, at + 1),
            _ => return None,
        }
    }
}

/// Copies a string; one with escapes is written anew so that equal strings have equal texts.
fn compact_string(text: &str, start: usize, out: &mut String) -> Option<usize> {
    let end = skip_string(text.as_bytes(), start)?;
    let raw = text.get(start..end)?;
    if raw.bytes().any(|byte| byte < 0x20) {
        return None;
    }
    if raw.contains('\\') {
        if !escapes_are_valid(raw) {
            return None;
        }
        push_quoted(&unquote(raw), out);
    } else {
        out.push_str(raw);
    }
    Some(end)
}

fn escapes_are_valid(raw: &str) -> bool {
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        let known = match rest.as_bytes().get(at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => true,
            Some(b'u') => rest.get(at + 2..).is_some_and(|tail| hex4(tail).is_some()),
            _ => false,
        };
        if !known {
            return false;
        }
        rest = &rest[at + 2..];
    }
    true
}

fn compact_number(text: &str, start: usize, out: &mut String) -> Option<usize> {
    let end = number_end(text.as_bytes(), start)?;
    out.push_str(&text[start..end]);
    Some(end)
}

/// The end of the number at `start`, which begins with a digit or a minus.
fn number_end(bytes: &[u8], start: usize) -> Option<usize> {
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let whole = start + usize::from(bytes[start] == b'-');
    let mut end = digits(whole);
    if end == whole || (bytes[whole] == b'0' && end > whole + 1) {
        return None;
    }
    if bytes.get(end) == Some(&b'.') {
        let fraction = digits(end + 1);
        if fraction == end + 1 {
            return None;
        }
        end = fraction;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = end + 1 + usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(sign);
        if exponent == sign {
            return None;
        }
        end = exponent;
    }
    Some(end)
}

fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

fn skip_separators(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\n' | b'\r' | b',')) {
        at += 1;
    }
    at
}

/// The end of the string whose opening quote is at `start`.
fn skip_string(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        let found = special(bytes, at)?;
        match bytes[found] {
            b'"' => return Some(found + 1),
            b'\\' => at = found + 2,
            _ => at = found + 1,
        }
    }
}

/// The end of the value at `start`, without looking at what a container holds.
fn skip_value(bytes: &[u8], start: usize) -> Option<usize> {
    match bytes.get(start)? {
        b'"' => skip_string(bytes, start),
        b'{' | b'[' => skip_container(bytes, start),
        b'}' | b']' | b':' | b',' => None,
        _ => {
            let ends = |byte: &u8| matches!(byte, b',' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r');
            let length = bytes[start..].iter().position(ends).unwrap_or(bytes.len() - start);
            Some(start + length)
        }
    }
}

fn skip_container(bytes: &[u8], start: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = start;
    loop {
        match bytes.get(at)? {
            b'"' => {
                at = skip_string(bytes, at)?;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{compact, is_compact};

    /// What passes as compact must be what would have been written.
    #[test]
    fn a_text_is_compact_when_writing_it_anew_changes_nothing() {
        let deep = |n: usize, inner: &str| format!("{}{inner}{}", "[".repeat(n), "]".repeat(n));
        let (shallow, deepest, too_deep) = (deep(511, "1"), deep(512, "1"), deep(513, "1"));
        let texts = [
            "{}",
            "[]",
            "null",
            "true",
            "nul",
            "0",
            "-0.5e+10",
            "01",
            "1.",
            "-",
            "\"\"",
            "\"a",
            "\"a\tb\"",
            "\"a\\nb\"",
            "{\"a\":1,\"b\":[true,null,\"x\"]}",
            "{\"a\": 1}",
            "{\"a\":1,}",
            "[1,]",
            "[1 ,2]",
            "{\"a\"}",
            "{1:2}",
            "",
            "{\"long text of more than eight bytes\":\"and \u{fc}ml\u{e4}ut behind\"}",
            "[1]x",
            " 1",
            "[\"12345678\x1f\"]",
            "\"1234567\\\"9\"",
            &shallow,
            &deepest,
            &too_deep,
        ];
        for text in texts {
            if is_compact(text) {
                assert_eq!(compact(text).as_deref(), Some(text));
            }
        }
        let plain = ["{\"a\":1,\"b\":[true,null,\"x\"]}", "-0.5e+10", "\"12345678901234567\"", "[{},[],\"\"]"];
        assert!(plain.into_iter().all(is_compact));
    }
}
