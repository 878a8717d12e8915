//! The answer of Kusto's `/v1/rest/query` and `/v1/rest/mgmt`: tables, of which the last says what the others are.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::super::set::ResultSet;
use super::super::stats::RunStats;
use super::super::value_text::datetime_cell;
use super::Sink;
use super::json::push_string;
use super::kusto::{KustoEnvelope, push_row, visualization};

/// Writes the answer of a query: the result, its properties, how it ended with what it cost, the table of contents.
pub fn write_kusto_v1(
    set: &ResultSet,
    stats: &RunStats,
    envelope: &KustoEnvelope<'_>,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut sink = Sink::new(out);
    sink.buffer.push_str("{\"Tables\":[");
    push_table(&mut sink, 0, set, envelope.failure)?;
    for (place, result) in (1..).zip(envelope.more) {
        sink.buffer.push(',');
        push_table(&mut sink, place, &result.set, None)?;
    }
    for table in [properties(envelope), status(stats, envelope), contents(envelope)] {
        sink.buffer.push(',');
        sink.buffer.push_str(&table.to_string());
    }
    sink.buffer.push(']');
    if let Some(failure) = envelope.failure {
        sink.buffer.push_str(",\"Exceptions\":");
        sink.buffer.push_str(&json!([failure["error"]["@message"]]).to_string());
    }
    sink.buffer.push('}');
    sink.finish()
}

/// Writes the answer of a command: its table alone.
pub fn write_kusto_command(set: &ResultSet, out: &mut impl Write) -> io::Result<()> {
    let mut sink = Sink::new(out);
    sink.buffer.push_str("{\"Tables\":[");
    push_table(&mut sink, 0, set, None)?;
    sink.buffer.push_str("]}");
    sink.finish()
}

fn push_table<W: Write>(
    sink: &mut Sink<'_, W>,
    place: usize,
    set: &ResultSet,
    failure: Option<&Value>,
) -> io::Result<()> {
    sink.buffer.extend(["{\"TableName\":\"Table_", &place.to_string(), "\",\"Columns\":["]);
    for (idx, column) in set.columns().iter().enumerate() {
        sink.buffer.push_str(if idx > 0 { ",{\"ColumnName\":" } else { "{\"ColumnName\":" });
        push_string(&mut sink.buffer, &column.name);
        let (data_type, column_type) = (column.ty.dotnet_name(), column.ty.name());
        sink.buffer.extend([",\"DataType\":\"", data_type, "\",\"ColumnType\":\"", column_type, "\"}"]);
    }
    sink.buffer.push_str("],\"Rows\":[");
    for (idx, row) in set.rows().enumerate() {
        sink.buffer.push_str(if idx > 0 { "," } else { "" });
        push_row(&mut sink.buffer, row);
        sink.spill()?;
    }
    if let Some(failure) = failure {
        sink.buffer.push_str(if set.n_rows() > 0 { "," } else { "" });
        sink.buffer.push_str(&json!({ "Exceptions": [failure["error"]["@message"]] }).to_string());
    }
    sink.buffer.push_str("]}");
    Ok(())
}

fn table(name: &str, columns: &[(&str, &str, &str)], rows: Value) -> Value {
    let columns: Value = columns
        .iter()
        .map(|(name, data_type, ty)| json!({ "ColumnName": name, "DataType": data_type, "ColumnType": ty }))
        .collect();
    json!({ "TableName": name, "Columns": columns, "Rows": rows })
}

/// The name of a table behind the results.
fn name_behind(envelope: &KustoEnvelope<'_>, place: usize) -> String {
    format!("Table_{}", envelope.more.len() + place)
}

fn properties(envelope: &KustoEnvelope<'_>) -> Value {
    let drawn = Value::Object(visualization(envelope.render)).to_string();
    table(&name_behind(envelope, 1), &[("Value", "String", "string")], json!([[drawn]]))
}

fn status(stats: &RunStats, envelope: &KustoEnvelope<'_>) -> Value {
    const COLUMNS: [(&str, &str, &str); 10] = [
        ("Timestamp", "DateTime", "datetime"),
        ("Severity", "Int32", "int"),
        ("SeverityName", "String", "string"),
        ("StatusCode", "Int32", "int"),
        ("StatusDescription", "String", "string"),
        ("Count", "Int32", "int"),
        ("RequestId", "Guid", "guid"),
        ("ActivityId", "Guid", "guid"),
        ("SubActivityId", "Guid", "guid"),
        ("ClientActivityId", "String", "string"),
    ];
    let (ended, id, client) = (datetime_cell(envelope.ended), envelope.activity_id, envelope.client_request_id);
    let ending = envelope.ending();
    let cost = stats.to_kusto().to_string();
    let rows = json!([
        [ended, ending.level, ending.level_name, ending.status, ending.text, 1, id, id, id, client],
        [ended, 6, "Stats", 0, cost, 1, id, id, id, client],
    ]);
    table(&name_behind(envelope, 2), &COLUMNS, rows)
}

fn contents(envelope: &KustoEnvelope<'_>) -> Value {
    const COLUMNS: [(&str, &str, &str); 5] = [
        ("Ordinal", "Int64", "long"),
        ("Kind", "String", "string"),
        ("Name", "String", "string"),
        ("Id", "String", "string"),
        ("PrettyName", "String", "string"),
    ];
    let id = envelope.activity_id;
    let mut rows = vec![json!([0, "QueryResult", "PrimaryResult", id, ""])];
    for (place, result) in (1..).zip(envelope.more) {
        rows.push(json!([place, "QueryResult", result.name.as_deref().unwrap_or("PrimaryResult"), id, ""]));
    }
    let n = rows.len();
    rows.push(json!([n, "QueryProperties", "@ExtendedProperties", id, ""]));
    rows.push(json!([n + 1, "QueryStatus", "QueryStatus", "00000000-0000-0000-0000-000000000000", ""]));
    let rows = Value::from(rows);
    table(&name_behind(envelope, 3), &COLUMNS, rows)
}
