//! An answer of `tallyho run --batch`: a JSON object on a line, rows as arrays in column order.

use std::io::{self, Write};

use serde_json::Value;

use super::super::set::ResultSet;
use super::super::stats::RunStats;
use super::Sink;
use super::json::push_columns;
use super::kusto::push_row;

/// `{"id":…,"columns":[{"name":…,"type":…}],"rows":[[…]],"stats":{…}}` with the type names of KQL.
pub fn write_batch_line(id: &Value, set: &ResultSet, stats: &RunStats, out: &mut impl Write) -> io::Result<()> {
    let mut sink = Sink::new(out);
    sink.buffer.extend(["{\"id\":", &id.to_string(), ",\"columns\":["]);
    push_columns(&mut sink.buffer, set.columns());
    sink.buffer.push_str("],\"rows\":[");
    for (row_idx, row) in set.rows().enumerate() {
        sink.buffer.push_str(if row_idx > 0 { "," } else { "" });
        push_row(&mut sink.buffer, row);
        sink.spill()?;
    }
    sink.buffer.push_str("],\"stats\":");
    sink.buffer.push_str(&stats.to_defender().to_string());
    sink.buffer.push_str("}\n");
    sink.finish()
}
