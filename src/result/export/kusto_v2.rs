//! The answer of Kusto's `/v2/rest/query`: an array of frames.
//!
//! Header, properties, the result, how the query ended and what it cost, completion: always in this order. Of a result
//! in pieces (progressive, or fragmented) each piece is a frame; a table that is whole is one frame.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::super::set::ResultSet;
use super::super::stats::RunStats;
use super::super::value_text::datetime_cell;
use super::Sink;
use super::json::push_string;
use super::kusto::{KustoEnvelope, payload, push_row, visualization};

/// How a client wants its frames.
#[derive(Debug, Clone, Copy, Default)]
pub struct KustoFrames {
    /// The result in pieces, with the share done behind each.
    pub progressive: bool,
    /// The result in pieces.
    pub fragmented: bool,
    /// Every frame on a line of its own.
    pub lines: bool,
    pub errors: ErrorPlacement,
}

/// Where the error of rows that are missing stands. It is always in the last frame, too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ErrorPlacement {
    /// Behind the last row, among the rows.
    #[default]
    InData,
    /// In the frame that ends the table.
    EndOfTable,
    EndOfDataset,
}

/// The name of a result that has none.
const PRIMARY: &str = "PrimaryResult";

/// One result of the query.
struct PrimaryTable<'a> {
    /// The place among the frames' tables.
    id: usize,
    name: &'a str,
    set: &'a ResultSet,
    failure: Option<&'a Value>,
}

/// Rows of one piece.
const PIECE: usize = 5_000;
const COMPLETION_COLUMNS: [(&str, &str); 12] = [
    ("Timestamp", "datetime"),
    ("ClientRequestId", "string"),
    ("ActivityId", "guid"),
    ("SubActivityId", "guid"),
    ("ParentActivityId", "guid"),
    ("Level", "int"),
    ("LevelName", "string"),
    ("StatusCode", "int"),
    ("StatusCodeName", "string"),
    ("EventType", "int"),
    ("EventTypeName", "string"),
    ("Payload", "string"),
];

/// Writes the whole response body.
pub fn write_kusto_v2(
    set: &ResultSet,
    stats: &RunStats,
    envelope: &KustoEnvelope<'_>,
    frames: KustoFrames,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut sink = Sink::new(out);
    let next = if frames.lines { "\n," } else { "," };
    sink.buffer.push('[');
    sink.buffer.push_str(&header(frames).to_string());
    sink.buffer.push_str(next);
    sink.buffer.push_str(&properties(envelope).to_string());
    sink.buffer.push_str(next);
    let more = envelope.more.iter().map(|it| (it.name.as_deref().unwrap_or(PRIMARY), &it.set));
    let tables = std::iter::once((PRIMARY, set)).chain(more);
    for (id, (name, set)) in (1..).zip(tables) {
        let table = PrimaryTable { id, name, set, failure: envelope.failure.filter(|_| id == 1) };
        if id > 1 {
            sink.buffer.push_str(next);
        }
        if frames.progressive || frames.fragmented {
            push_pieces(&mut sink, &table, frames, next)?;
        } else {
            push_table(&mut sink, &table, frames)?;
        }
    }
    sink.buffer.push_str(next);
    sink.buffer.push_str(&completion_table(stats, envelope).to_string());
    sink.buffer.push_str(next);
    sink.buffer.push_str(&completion(envelope).to_string());
    sink.buffer.push_str(if frames.lines { "\n]" } else { "]" });
    sink.finish()
}

/// What newer clients may ask for is said only to who asked.
fn header(frames: KustoFrames) -> Value {
    let mut header = json!({ "FrameType": "DataSetHeader", "IsProgressive": frames.progressive, "Version": "v2.0" });
    if frames.fragmented {
        header["IsFragmented"] = Value::from(true);
    }
    if frames.errors != ErrorPlacement::InData {
        header["ErrorReportingPlacement"] = Value::from(match frames.errors {
            ErrorPlacement::InData => "InData",
            ErrorPlacement::EndOfTable => "EndOfTable",
            ErrorPlacement::EndOfDataset => "EndOfDataset",
        });
    }
    header
}

fn properties(envelope: &KustoEnvelope<'_>) -> Value {
    let drawn = Value::Object(visualization(envelope.render)).to_string();
    json!({
        "FrameType": "DataTable",
        "TableId": 0,
        "TableKind": "QueryProperties",
        "TableName": "@ExtendedProperties",
        "Columns": columns(&[("TableId", "int"), ("Key", "string"), ("Value", "dynamic")]),
        "Rows": [[1, "Visualization", drawn]],
    })
}

fn columns(columns: &[(&str, &str)]) -> Value {
    columns.iter().map(|(name, ty)| json!({ "ColumnName": name, "ColumnType": ty })).collect()
}

/// `"TableId":1,…,"Columns":[…]`
fn push_table_head(out: &mut String, table: &PrimaryTable<'_>) {
    out.extend(["\"TableId\":", &table.id.to_string(), ",\"TableKind\":\"PrimaryResult\",\"TableName\":"]);
    push_string(out, table.name);
    out.push_str(",\"Columns\":[");
    for (idx, column) in table.set.columns().iter().enumerate() {
        out.push_str(if idx > 0 { ",{\"ColumnName\":" } else { "{\"ColumnName\":" });
        push_string(out, &column.name);
        out.extend([",\"ColumnType\":\"", column.ty.name(), "\"}"]);
    }
    out.push(']');
}

/// The result in one frame.
fn push_table<W: Write>(sink: &mut Sink<'_, W>, table: &PrimaryTable<'_>, frames: KustoFrames) -> io::Result<()> {
    let set = table.set;
    sink.buffer.push_str("{\"FrameType\":\"DataTable\",");
    push_table_head(&mut sink.buffer, table);
    sink.buffer.push_str(",\"Rows\":[");
    for (idx, row) in set.rows().enumerate() {
        sink.buffer.push_str(if idx > 0 { "," } else { "" });
        push_row(&mut sink.buffer, row);
        sink.spill()?;
    }
    push_failure(&mut sink.buffer, table, frames, set.n_rows() > 0);
    sink.buffer.push_str("]}");
    Ok(())
}

/// The error as an object among the arrays.
fn push_failure(out: &mut String, table: &PrimaryTable<'_>, frames: KustoFrames, behind_rows: bool) {
    if let Some(failure) = table.failure.filter(|_| frames.errors == ErrorPlacement::InData) {
        out.push_str(if behind_rows { "," } else { "" });
        out.push_str(&json!({ "OneApiErrors": [failure] }).to_string());
    }
}

/// The result in pieces: head, pieces, end.
fn push_pieces<W: Write>(
    sink: &mut Sink<'_, W>,
    table: &PrimaryTable<'_>,
    frames: KustoFrames,
    next: &str,
) -> io::Result<()> {
    let (set, id) = (table.set, table.id);
    sink.buffer.push_str("{\"FrameType\":\"TableHeader\",");
    push_table_head(&mut sink.buffer, table);
    sink.buffer.push('}');
    let mut written = 0;
    let mut rows = set.rows().peekable();
    // A table without rows has one piece, which says so.
    while written == 0 || rows.peek().is_some() {
        sink.buffer.push_str(next);
        let n_columns = set.columns().len().to_string();
        let id = id.to_string();
        let head = ["{\"FrameType\":\"TableFragment\",\"TableId\":", &id, ",\"FieldCount\":", &n_columns];
        sink.buffer.extend(head);
        sink.buffer.push_str(",\"TableFragmentType\":\"DataAppend\",\"Rows\":[");
        for (idx, row) in rows.by_ref().take(PIECE).enumerate() {
            sink.buffer.push_str(if idx > 0 { "," } else { "" });
            push_row(&mut sink.buffer, row);
            sink.spill()?;
        }
        let behind_rows = set.n_rows() > 0;
        written += PIECE;
        if rows.peek().is_none() {
            push_failure(&mut sink.buffer, table, frames, behind_rows);
        }
        sink.buffer.push_str("]}");
        if frames.progressive {
            let share = 100.0 * written.min(set.n_rows()) as f64 / set.n_rows().max(1) as f64;
            let share = if rows.peek().is_none() { 100.0 } else { share };
            sink.buffer.push_str(next);
            let progress = json!({ "FrameType": "TableProgress", "TableId": table.id, "TableProgress": share });
            sink.buffer.push_str(&progress.to_string());
        }
    }
    let mut end = json!({ "FrameType": "TableCompletion", "TableId": table.id, "RowCount": set.n_rows() });
    if let Some(failure) = table.failure.filter(|_| frames.errors == ErrorPlacement::EndOfTable) {
        end["OneApiErrors"] = json!([failure]);
    }
    sink.buffer.push_str(next);
    sink.buffer.push_str(&end.to_string());
    Ok(())
}

fn completion_table(stats: &RunStats, envelope: &KustoEnvelope<'_>) -> Value {
    let ended = datetime_cell(envelope.ended);
    let id = envelope.activity_id;
    let ending = envelope.ending();
    let cost = stats.to_kusto().to_string();
    json!({
        "FrameType": "DataTable",
        "TableId": 2 + envelope.more.len(),
        "TableKind": "QueryCompletionInformation",
        "TableName": "QueryCompletionInformation",
        "Columns": columns(&COMPLETION_COLUMNS),
        "Rows": [
            [ended, envelope.client_request_id, id, id, id, ending.level, ending.level_name, ending.status,
                ending.status_name, ending.event, ending.event_name, payload(&ending)],
            [ended, envelope.client_request_id, id, id, id, 6, "Stats", 0, "S_OK (0)", 0, "QueryResourceConsumption",
                cost],
        ],
    })
}

fn completion(envelope: &KustoEnvelope<'_>) -> Value {
    let mut frame =
        json!({ "FrameType": "DataSetCompletion", "HasErrors": envelope.failure.is_some(), "Cancelled": false });
    if let Some(failure) = envelope.failure {
        frame["OneApiErrors"] = json!([failure]);
    }
    frame
}
