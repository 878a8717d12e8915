//! A Markdown table. Cells are text and nothing else: what would be a link, a picture or a tag is escaped, characters
//! that are not shown are made visible, line breaks are `<br>`.

use std::io::{self, Write};

use super::super::cell::Cell;
use super::super::set::{Column, ResultSet};
use super::Sink;
use crate::kql::ScalarType;
use crate::text;

/// Writes the whole result.
pub fn write_markdown(set: &ResultSet, out: &mut impl Write) -> io::Result<()> {
    let mut sink = Sink::new(out);
    if set.columns().is_empty() {
        return sink.finish();
    }
    for column in set.columns() {
        sink.buffer.push_str("| ");
        push_escaped(&mut sink.buffer, &column.name);
        sink.buffer.push(' ');
    }
    sink.buffer.push_str("|\n");
    for column in set.columns() {
        sink.buffer.push_str(if is_right_aligned(column) { "| ---: " } else { "| --- " });
    }
    sink.buffer.push_str("|\n");
    for row in set.rows() {
        for (_, cell) in row.cells() {
            sink.buffer.push_str("| ");
            match cell {
                Cell::String(text) | Cell::Guid(text) | Cell::Dynamic(text) => push_escaped(&mut sink.buffer, text),
                _ => cell.push_text(&mut sink.buffer),
            }
            sink.buffer.push(' ');
        }
        sink.buffer.push_str("|\n");
        sink.spill()?;
    }
    sink.finish()
}

fn is_right_aligned(column: &Column) -> bool {
    column.ty.is_numeric() || column.ty == ScalarType::Timespan
}

fn push_escaped(out: &mut String, value: &str) {
    for (idx, line) in value.split('\n').enumerate() {
        if idx > 0 {
            out.push_str("<br>");
        }
        let line = text::sanitize(line.strip_suffix('\r').unwrap_or(line));
        let mut before = ' ';
        let mut chars = line.chars().peekable();
        while let Some(char) = chars.next() {
            let escaped = match char {
                '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' | '&' => true,
                // Within a word it means nothing.
                '_' => !(before.is_alphanumeric() && chars.peek().is_some_and(|it| it.is_alphanumeric())),
                _ => false,
            };
            if escaped {
                out.push('\\');
            }
            out.push(char);
            before = char;
        }
    }
}
