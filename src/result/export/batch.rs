//! An answer of `tallyho run --batch`: a JSON object on a line, rows as arrays in column order.

use std::io::{self, Write};

use serde_json::Value;

use super::super::set::{NamedResult, ResultSet};
use super::super::stats::RunStats;
use super::Sink;
use super::json::push_columns;
use super::kusto::push_row;

/// `{"id":…,"columns":[{"name":…,"type":…}],"rows":[[…]],"stats":{…}}` with the type names of KQL. Further results of the
/// query stand behind the rows: `"more":[{"name":…,"columns":[…],"rows":[…]}]`.
pub fn write_batch_line(
    id: &Value,
    set: &ResultSet,
    more: &[NamedResult],
    stats: &RunStats,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut sink = Sink::new(out);
    sink.buffer.extend(["{\"id\":", &id.to_string(), ","]);
    push_table(&mut sink, set)?;
    for (idx, result) in more.iter().enumerate() {
        sink.buffer.push_str(if idx > 0 { ",{\"name\":" } else { ",\"more\":[{\"name\":" });
        sink.buffer.push_str(&Value::from(result.name.as_deref()).to_string());
        sink.buffer.push(',');
        push_table(&mut sink, &result.set)?;
        sink.buffer.push_str(if idx + 1 == more.len() { "}]" } else { "}" });
    }
    sink.buffer.push_str(",\"stats\":");
    sink.buffer.push_str(&stats.to_defender().to_string());
    sink.buffer.push_str("}\n");
    sink.finish()
}

/// `"columns":[…],"rows":[…]`
fn push_table<W: Write>(sink: &mut Sink<'_, W>, set: &ResultSet) -> io::Result<()> {
    sink.buffer.push_str("\"columns\":[");
    push_columns(&mut sink.buffer, set.columns());
    sink.buffer.push_str("],\"rows\":[");
    for (row_idx, row) in set.rows().enumerate() {
        sink.buffer.push_str(if row_idx > 0 { "," } else { "" });
        push_row(&mut sink.buffer, row);
        sink.spill()?;
    }
    sink.buffer.push(']');
    Ok(())
}
