//! The result as KQL: a `datatable` that is the same table again wherever it is run.

use std::collections::HashSet;
use std::io::{self, Write};

use super::super::set::ResultSet;
use super::Sink;
use crate::kql::{ScalarType, quoted_name};

/// Writes the whole result as one expression.
pub fn write_datatable(set: &ResultSet, out: &mut impl Write) -> io::Result<()> {
    let mut sink = Sink::new(out);
    sink.buffer.push_str("datatable(");
    for (idx, (name, column)) in distinct_names(set).iter().zip(set.columns()).enumerate() {
        let ty = if column.ty == ScalarType::Unknown { ScalarType::Dynamic } else { column.ty };
        sink.buffer.push_str(if idx > 0 { ", " } else { "" });
        sink.buffer.push_str(&quoted_name(name));
        sink.buffer.push(':');
        sink.buffer.push_str(ty.name());
    }
    sink.buffer.push_str(") [\n");
    for row in set.rows() {
        sink.buffer.push_str("    ");
        for (column, cell) in row.cells() {
            sink.buffer.push_str(&cell.literal(column.ty));
            sink.buffer.push_str(", ");
        }
        // The blank behind the last comma of the row.
        sink.buffer.pop();
        sink.buffer.push('\n');
        sink.spill()?;
    }
    sink.buffer.push_str("]\n");
    sink.finish()
}

/// A table cannot have two columns of one name, a result can: the later ones are numbered, as `project` does.
pub fn distinct_names(set: &ResultSet) -> Vec<String> {
    let mut taken: HashSet<String> = set.columns().iter().map(|it| it.name.clone()).collect();
    let mut seen = HashSet::new();
    let mut names = Vec::with_capacity(set.columns().len());
    for (at, column) in set.columns().iter().enumerate() {
        let mut name = if column.name.is_empty() { format!("Column{}", at + 1) } else { column.name.clone() };
        if !seen.insert(name.clone()) {
            // Of one more numbers than there are names one is free.
            name = (1..=taken.len() + 1).map(|it| format!("{name}{it}")).find(|it| !taken.contains(it)).unwrap_or(name);
            taken.insert(name.clone());
        }
        names.push(name);
    }
    names
}
