//! The answer of Microsoft Graph's `getHuntingSchema`, read and written.

use serde_json::{Value, json};

use super::found::{Found, elements, member, parameters, text};
use super::{SchemaError, parse};
use crate::kql::{Schema, TableSymbol};

/// Reads an answer of `getHuntingSchema`.
pub fn read_hunting_schema(body: &str) -> Result<Found, SchemaError> {
    let value = parse(body)?;
    let mut found = Found::default();
    found.tables(&value, &["dataType", "type"])?;
    let functions = member(&value, "functions");
    for kind in ["builtInFunctions", "savedFunctions"] {
        for function in elements(functions.and_then(|it| member(it, kind))) {
            let documentation = member(function, "documentation");
            let mut about = text(function, &["description"]);
            if about.is_empty() {
                about = documentation.map(|it| text(it, &["description", "summary"])).unwrap_or_default();
            }
            found.function(text(function, &["name"]), parameters(member(function, "inputParameters")), about);
        }
    }
    Ok(found)
}

/// Writes what `getHuntingSchema` answers, without an OData context.
pub fn write_hunting_schema(schema: &Schema) -> Value {
    let table = |table: &TableSymbol| {
        let columns = table.columns.iter().map(
            |column| json!({ "name": column.name, "dataType": column.ty.name(), "description": column.description }),
        );
        json!({ "name": table.name, "description": table.description, "columns": columns.collect::<Vec<_>>() })
    };
    json!({
        "tables": schema.tables().map(table).collect::<Vec<_>>(),
        "functions": { "builtInFunctions": [], "savedFunctions": [] },
    })
}
