//! The response of Defender's advanced hunting API: `Stats`, `Schema`, `Results`, in this order.
//!
//! Booleans are `0` and `1`, as their type name `SByte` says; every null is `null`; dynamics are the values they are.

use std::io::{self, Write};

use super::super::cell::Cell;
use super::super::set::ResultSet;
use super::super::stats::RunStats;
use super::Sink;
use super::json::{Keys, push_json, push_string};

/// Writes the whole response body.
pub fn write_defender(set: &ResultSet, stats: &RunStats, out: &mut impl Write) -> io::Result<()> {
    let mut sink = Sink::new(out);
    sink.buffer.push_str("{\"Stats\":");
    sink.buffer.push_str(&stats.to_defender().to_string());
    sink.buffer.push_str(",\"Schema\":[");
    push_schema(&mut sink.buffer, set, "Name", "Type");
    sink.buffer.push_str("],\"Results\":[");
    let keys = Keys::of(set);
    for (idx, row) in set.rows().enumerate() {
        sink.buffer.push_str(if idx > 0 { "," } else { "" });
        for (col, (_, cell)) in row.cells().enumerate() {
            keys.push(&mut sink.buffer, col);
            push_cell(&mut sink.buffer, cell);
        }
        sink.buffer.push_str(if keys.is_empty() { "{}" } else { "}" });
        sink.spill()?;
    }
    sink.buffer.push_str("]}");
    sink.finish()
}

/// The columns as objects with these two keys and .NET type names.
pub(super) fn push_schema(out: &mut String, set: &ResultSet, name_key: &str, type_key: &str) {
    for (idx, column) in set.columns().iter().enumerate() {
        out.extend([if idx > 0 { ",{\"" } else { "{\"" }, name_key, "\":"]);
        push_string(out, &column.name);
        out.extend([",\"", type_key, "\":\"", column.ty.dotnet_name(), "\"}"]);
    }
}

fn push_cell(out: &mut String, cell: Cell<'_>) {
    match cell {
        Cell::Bool(value) => out.push(if value { '1' } else { '0' }),
        _ => push_json(out, cell),
    }
}
