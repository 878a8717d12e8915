//! CSV as RFC 4180 has it: a header, lines ended by CR LF, quotes where they are needed.
//!
//! Values are exact, so a text that begins with `=`, `+`, `-` or `@` stays as it is: who opens the file in a spreadsheet
//! must import such columns as text. Rewriting them would falsify evidence. Null is an empty field.

use std::io::{self, Write};

use super::super::cell::Cell;
use super::super::set::ResultSet;
use super::Sink;

/// Writes the whole result.
pub fn write_csv(set: &ResultSet, out: &mut impl Write) -> io::Result<()> {
    let mut sink = Sink::new(out);
    let alone = set.columns().len() == 1;
    for (idx, column) in set.columns().iter().enumerate() {
        separate(&mut sink.buffer, idx);
        push_field(&mut sink.buffer, &column.name, alone);
    }
    sink.buffer.push_str("\r\n");
    for row in set.rows() {
        for (idx, (_, cell)) in row.cells().enumerate() {
            separate(&mut sink.buffer, idx);
            push_cell(&mut sink.buffer, cell, alone);
        }
        sink.buffer.push_str("\r\n");
        sink.spill()?;
    }
    sink.finish()
}

fn separate(out: &mut String, idx: usize) {
    if idx > 0 {
        out.push(',');
    }
}

fn push_cell(out: &mut String, cell: Cell<'_>, alone: bool) {
    match cell {
        Cell::String(text) | Cell::Dynamic(text) => push_field(out, text, alone),
        Cell::Null => push_field(out, "", alone),
        // Numbers, times and guids have nothing to quote.
        _ => cell.push_text(out),
    }
}

/// A field that is empty and alone is quoted, since an empty line is no record to most readers.
fn push_field(out: &mut String, text: &str, alone: bool) {
    let quoted = text.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n')) || (alone && text.is_empty());
    if !quoted {
        return out.push_str(text);
    }
    out.push('"');
    for (idx, part) in text.split('"').enumerate() {
        if idx > 0 {
            out.push_str("\"\"");
        }
        out.push_str(part);
    }
    out.push('"');
}
