//! The response of Microsoft Graph's `runHuntingQuery`: `schema` and `results`, rows annotated as OData does.
//!
//! An annotation `X@odata.type` stands before its column `X`: `#Int64` for a long, `#SByte` for a bool, `#Collection(String)`
//! for a dynamic array, whose elements are all text. A dynamic object carries its own. Null is `{}`, of numbers `null`.

use std::io::{self, Write};

use serde_json::{Map, Value};

use super::super::cell::Cell;
use super::super::set::{Column, ResultSet};
use super::Sink;
use super::defender::push_schema;
use super::json::{push_json, push_real_json, push_string};

/// Which of the two spellings of Graph a body has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GraphStyle {
    /// `@odata.context` first and `name`, `type` in the schema, as v1.0 is seen to answer.
    V1,
    /// Only `schema` and `results`, with `Name` and `Type` in the schema, as beta is documented.
    Beta,
}

const CONTEXT: &str = "https://graph.microsoft.com/v1.0/$metadata#microsoft.graph.security.huntingQueryResults";
const DYNAMIC_TYPE: &str = "#microsoft.graph.security.dynamicColumnValue";

/// Writes the whole response body.
pub fn write_graph(set: &ResultSet, style: GraphStyle, out: &mut impl Write) -> io::Result<()> {
    let mut sink = Sink::new(out);
    sink.buffer.push('{');
    if style == GraphStyle::V1 {
        sink.buffer.extend(["\"@odata.context\":\"", CONTEXT, "\","]);
    }
    sink.buffer.push_str("\"schema\":[");
    match style {
        GraphStyle::V1 => push_schema(&mut sink.buffer, set, "name", "type"),
        GraphStyle::Beta => push_schema(&mut sink.buffer, set, "Name", "Type"),
    }
    sink.buffer.push_str("],\"results\":[");
    for (idx, row) in set.rows().enumerate() {
        sink.buffer.push_str(if idx > 0 { ",{" } else { "{" });
        for (col, (column, cell)) in row.cells().enumerate() {
            sink.buffer.push_str(if col > 0 { "," } else { "" });
            push_property(&mut sink.buffer, column, cell);
        }
        sink.buffer.push('}');
        sink.spill()?;
    }
    sink.buffer.push_str("]}");
    sink.finish()
}

/// `"name@odata.type":"…","name":value`, the annotation only where the value has one.
fn push_property(out: &mut String, column: &Column, cell: Cell<'_>) {
    let name = column.name.as_str();
    match cell {
        Cell::Long(_) => push_annotation(out, name, "#Int64"),
        Cell::Bool(_) => push_annotation(out, name, "#SByte"),
        Cell::Dynamic(json) => return push_dynamic(out, name, json),
        _ => {}
    }
    push_key(out, name);
    match cell {
        Cell::Bool(value) => out.push(if value { '1' } else { '0' }),
        Cell::Real(value) => push_real_json(out, value, "INF"),
        Cell::Null if !column.ty.is_numeric() => out.push_str("{}"),
        _ => push_json(out, cell),
    }
}

fn push_key(out: &mut String, name: &str) {
    push_string(out, name);
    out.push(':');
}

fn push_annotation(out: &mut String, name: &str, odata_type: &str) {
    push_key(out, &format!("{name}@odata.type"));
    push_string(out, odata_type);
    out.push(',');
}

fn push_dynamic(out: &mut String, name: &str, json: &str) {
    let value = serde_json::from_str::<Value>(json).unwrap_or_else(|_| Value::String(json.to_owned()));
    if let Some(odata_type) = annotation(&value) {
        push_annotation(out, name, odata_type);
    }
    push_key(out, name);
    push_json(out, Cell::Dynamic(&annotated(value).to_string()));
}

/// What stands beside a dynamic value.
fn annotation(value: &Value) -> Option<&'static str> {
    match value {
        Value::Array(_) => Some("#Collection(String)"),
        Value::Number(number) if number.is_i64() => Some("#Int64"),
        _ => None,
    }
}

/// The value as Graph writes it: objects typed, array elements as text, null as an empty object.
fn annotated(value: Value) -> Value {
    match value {
        Value::Null => Value::Object(Map::new()),
        Value::Array(elements) => Value::Array(elements.into_iter().map(element_text).collect()),
        Value::Object(properties) => Value::Object(annotated_object(properties)),
        scalar => scalar,
    }
}

fn annotated_object(properties: Map<String, Value>) -> Map<String, Value> {
    let mut out = Map::new();
    out.insert("@odata.type".to_owned(), Value::from(DYNAMIC_TYPE));
    for (key, value) in properties {
        if let Some(odata_type) = annotation(&value) {
            out.insert(format!("{key}@odata.type"), Value::from(odata_type));
        }
        out.insert(key, annotated(value));
    }
    out
}

fn element_text(element: Value) -> Value {
    match element {
        Value::String(_) => element,
        other => Value::String(other.to_string()),
    }
}
