//! JSON values and the two plain formats: an array of objects, and one object a line.
//!
//! As Kusto renders cells: datetimes without trailing zeros, timespans and guids as text, decimals as text, reals that
//! JSON cannot write as `"NaN"`, `"Infinity"`, `"-Infinity"`, dynamics as the values they are, null as `null`. Characters
//! that a terminal acts on or does not show are written as `\u` escapes: the same value, and safe to print.

use std::io::{self, Write};

use super::super::cell::{Cell, push_integer};
use super::super::set::{Column, ResultSet};
use super::super::value_text::push_finite;
use super::Sink;
use crate::text;

/// Writes `[{…},{…}]`, a row on each line.
pub fn write_json(set: &ResultSet, out: &mut impl Write) -> io::Result<()> {
    let mut sink = Sink::new(out);
    let keys = Keys::of(set);
    sink.buffer.push('[');
    for (idx, row) in set.rows().enumerate() {
        sink.buffer.push_str(if idx > 0 { ",\n " } else { "" });
        push_object(&mut sink.buffer, &keys, row.cells().map(|(_, cell)| cell));
        sink.spill()?;
    }
    sink.buffer.push_str("]\n");
    sink.finish()
}

/// Writes a JSON object a line.
pub fn write_ndjson(set: &ResultSet, out: &mut impl Write) -> io::Result<()> {
    let mut sink = Sink::new(out);
    let keys = Keys::of(set);
    for row in set.rows() {
        push_object(&mut sink.buffer, &keys, row.cells().map(|(_, cell)| cell));
        sink.buffer.push('\n');
        sink.spill()?;
    }
    sink.finish()
}

fn push_object<'a>(out: &mut String, keys: &Keys, cells: impl Iterator<Item = Cell<'a>>) {
    for (idx, cell) in cells.enumerate() {
        keys.push(out, idx);
        push_json(out, cell);
    }
    out.push_str(if keys.0.is_empty() { "{}" } else { "}" });
}

/// The column names as JSON keys, with what stands before and behind them.
pub(super) struct Keys(Vec<String>);

impl Keys {
    pub(super) fn of(set: &ResultSet) -> Self {
        let key = |(idx, name): (usize, &str)| {
            let mut key = String::from(if idx == 0 { "{" } else { "," });
            push_string(&mut key, name);
            key.push(':');
            key
        };
        Self(set.columns().iter().map(|column| column.name.as_str()).enumerate().map(key).collect())
    }

    pub(super) fn push(&self, out: &mut String, idx: usize) {
        out.push_str(&self.0[idx]);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A cell as JSON, booleans as `true` and `false`.
pub(in super::super) fn push_json(out: &mut String, cell: Cell<'_>) {
    match cell {
        Cell::Null | Cell::Misstored => out.push_str("null"),
        Cell::Bool(value) => out.push_str(if value { "true" } else { "false" }),
        Cell::Int(value) => push_integer(out, i64::from(value)),
        Cell::Long(value) => push_integer(out, value),
        Cell::Real(value) => push_real_json(out, value, "Infinity"),
        Cell::Decimal(_) | Cell::Datetime(_) | Cell::Timespan(_) | Cell::Guid(_) => {
            out.push('"');
            cell.push_text(out);
            out.push('"');
        }
        Cell::String(text) => push_string(out, text),
        Cell::Dynamic(json) => push_dynamic(out, json),
    }
}

/// A real; `infinity` is the word of the service.
pub(super) fn push_real_json(out: &mut String, value: f64, infinity: &str) {
    if value.is_finite() {
        return push_finite(out, value);
    }
    out.push('"');
    if value.is_nan() {
        out.push_str("NaN");
    } else {
        out.push_str(if value < 0.0 { "-" } else { "" });
        out.push_str(infinity);
    }
    out.push('"');
}

/// The JSON of a dynamic on one line; text that is not JSON, which a fault must have made, as a string.
fn push_dynamic(out: &mut String, json: &str) {
    if serde_json::from_str::<serde::de::IgnoredAny>(json).is_err() {
        return push_string(out, json);
    }
    // Outside of its strings JSON has no character that needs an escape, except line breaks between values.
    for char in json.chars() {
        match char {
            '\n' | '\r' | '\t' => {}
            ' '..='~' => out.push(char),
            _ if text::is_shown(char) => out.push(char),
            _ => push_unicode_escape(out, char),
        }
    }
}

/// The columns of a table as objects of name and KQL type, separated by commas.
pub(super) fn push_columns(out: &mut String, columns: &[Column]) {
    for (idx, column) in columns.iter().enumerate() {
        out.push_str(if idx > 0 { ",{\"name\":" } else { "{\"name\":" });
        push_string(out, &column.name);
        out.extend([",\"type\":\"", column.ty.name(), "\"}"]);
    }
}

pub(super) fn push_string(out: &mut String, text: &str) {
    out.push('"');
    if text.bytes().all(|byte| (0x20..0x7F).contains(&byte) && byte != b'"' && byte != b'\\') {
        out.push_str(text);
    } else {
        text.chars().for_each(|char| push_char(out, char));
    }
    out.push('"');
}

fn push_char(out: &mut String, char: char) {
    match char {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        ' '..='~' => out.push(char),
        _ if text::is_shown(char) => out.push(char),
        _ => push_unicode_escape(out, char),
    }
}

fn push_unicode_escape(out: &mut String, char: char) {
    use std::fmt::Write as _;
    for unit in char.encode_utf16(&mut [0; 2]) {
        let _ = write!(out, "\\u{unit:04x}");
    }
}
