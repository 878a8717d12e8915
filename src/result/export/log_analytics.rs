//! The answer of Log Analytics: tables of arrays with KQL type names; statistics and drawing for who asked.
//!
//! Dynamics are text that holds JSON, unlike Kusto's own answer.

use std::io::{self, Write};

use serde_json::Value;

use super::super::cell::Cell;
use super::super::set::{NamedResult, ResultSet};
use super::super::stats::RunStats;
use super::Sink;
use super::json::{push_columns, push_json, push_string};
use super::kusto::visualization;
use crate::kql::Render;

/// What an answer of Log Analytics says beside its rows, if anything.
#[derive(Debug, Clone, Copy, Default)]
pub struct LogAnalyticsEnvelope<'a> {
    pub statistics: Option<&'a RunStats>,
    /// The drawing, which may be that none was asked for.
    pub render: Option<Option<&'a Render>>,
    /// Results behind the first.
    pub more: &'a [NamedResult],
    /// The error of rows that are missing.
    pub failure: Option<&'a Value>,
}

/// Writes the whole response body.
pub fn write_log_analytics(
    set: &ResultSet,
    envelope: &LogAnalyticsEnvelope<'_>,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut sink = Sink::new(out);
    sink.buffer.push_str("{\"tables\":[");
    push_table(&mut sink, PRIMARY, set)?;
    for result in envelope.more {
        sink.buffer.push(',');
        push_table(&mut sink, result.name.as_deref().unwrap_or(PRIMARY), &result.set)?;
    }
    sink.buffer.push(']');
    if let Some(stats) = envelope.statistics {
        sink.buffer.extend([",\"statistics\":", &stats.to_log_analytics().to_string()]);
    }
    if let Some(render) = envelope.render {
        sink.buffer.extend([",\"render\":", &drawing(render).to_string()]);
    }
    if let Some(failure) = envelope.failure {
        sink.buffer.extend([",\"error\":", &failure.to_string()]);
    }
    sink.buffer.push('}');
    sink.finish()
}

/// The name of a result that has none.
const PRIMARY: &str = "PrimaryResult";

fn push_table<W: Write>(sink: &mut Sink<'_, W>, name: &str, set: &ResultSet) -> io::Result<()> {
    sink.buffer.push_str("{\"name\":");
    push_string(&mut sink.buffer, name);
    sink.buffer.push_str(",\"columns\":[");
    push_columns(&mut sink.buffer, set.columns());
    sink.buffer.push_str("],\"rows\":[");
    for (row_idx, row) in set.rows().enumerate() {
        sink.buffer.push_str(if row_idx > 0 { ",[" } else { "[" });
        for (col, (_, cell)) in row.cells().enumerate() {
            sink.buffer.push_str(if col > 0 { "," } else { "" });
            match cell {
                Cell::Dynamic(json) => push_string(&mut sink.buffer, json),
                _ => push_json(&mut sink.buffer, cell),
            }
        }
        sink.buffer.push(']');
        sink.spill()?;
    }
    sink.buffer.push_str("]}");
    Ok(())
}

/// Kusto's record with names that begin in lower case; without a drawing a table is meant.
fn drawing(render: Option<&Render>) -> Value {
    let lowered = visualization(render).into_iter().map(|(name, value)| {
        let value = if name == "Visualization" && value.is_null() { Value::from("table") } else { value };
        let mut name = name;
        name[..1].make_ascii_lowercase();
        (name, value)
    });
    Value::Object(lowered.collect())
}
