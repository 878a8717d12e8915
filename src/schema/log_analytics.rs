//! The metadata of a Log Analytics workspace, read and written.

use serde_json::{Value, json};

use super::found::{Found, elements, member, text};
use super::{SchemaError, parse, time_column};
use crate::kql::{Schema, TableSymbol};

/// Reads an answer of `GET /v1/workspaces/{id}/metadata`.
pub fn read_log_analytics_metadata(body: &str) -> Result<Found, SchemaError> {
    let value = parse(body)?;
    let mut found = Found::default();
    found.tables(&value, &["type", "dataType"])?;
    for function in elements(member(&value, "functions")) {
        let parameters = text(function, &["parameters"]);
        let parameters = if parameters.starts_with('(') { parameters } else { format!("({parameters})") };
        found.function(text(function, &["name"]), parameters, text(function, &["description"]));
    }
    Ok(found)
}

/// Writes what the metadata call answers for a workspace that has these tables.
pub fn write_log_analytics_metadata(schema: &Schema) -> Value {
    let table = |table: &TableSymbol| {
        let columns = table
            .columns
            .iter()
            .map(|column| json!({ "name": column.name, "type": column.ty.name(), "description": column.description }));
        json!({
            "id": format!("t/{}", table.name),
            "name": table.name,
            "description": table.description,
            "timespanColumn": time_column(table),
            "columns": columns.collect::<Vec<_>>(),
        })
    };
    json!({ "tables": schema.tables().map(table).collect::<Vec<_>>() })
}
