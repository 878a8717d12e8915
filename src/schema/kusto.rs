//! Kusto's `.show database schema as json`, read and written, and the one-line form of a table's columns.

use serde_json::{Map, Value, json};

use super::found::{Found, elements, member, parameters, text};
use super::{SchemaError, parse};
use crate::kql::{ColumnSymbol, Schema, TableSymbol};

/// Reads the JSON text that is the one cell of `.show database schema as json`. Of several databases the named one is
/// read, in any case; without a name, or where only one is there, the first.
pub fn read_kusto_schema(body: &str, database: Option<&str>) -> Result<Found, SchemaError> {
    let value = parse(body)?;
    let Some(Value::Object(databases)) = member(&value, "Databases") else {
        return Err(SchemaError::new("the answer has no member 'Databases'"));
    };
    let named = |wanted: &str| databases.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
    let chosen = database.and_then(named).or_else(|| databases.iter().next().filter(|_| databases.len() == 1));
    let chosen = if database.is_none() { chosen.or_else(|| databases.iter().next()) } else { chosen };
    let Some((_, database)) = chosen else {
        return Err(SchemaError::new("the answer does not hold the database that was asked for"));
    };
    let mut found = Found::default();
    // A materialized view is named like a table.
    for kind in ["MaterializedViews", "Tables"] {
        for (key, table) in member(database, kind).and_then(Value::as_object).into_iter().flatten() {
            let name = Some(text(table, &["Name"])).filter(|name| !name.is_empty()).unwrap_or_else(|| key.clone());
            found.table(&name, text(table, &["DocString"]), columns(table));
        }
    }
    for (key, function) in member(database, "Functions").and_then(Value::as_object).into_iter().flatten() {
        let name = Some(text(function, &["Name"])).filter(|name| !name.is_empty()).unwrap_or_else(|| key.clone());
        let parameters = parameters(member(function, "InputParameters"));
        found.function(name, parameters, text(function, &["DocString"]));
    }
    match member(database, "ExternalTables").and_then(Value::as_object).map_or(0, Map::len) {
        0 => {}
        n => found.note(format!("external_table() reaches {n} more; their columns are not known here")),
    }
    Ok(found)
}

fn columns(table: &Value) -> Vec<(String, String, String)> {
    let columns = elements(member(table, "OrderedColumns")).into_iter();
    columns.map(|it| (text(it, &["Name"]), text(it, &["CslType", "Type"]), text(it, &["DocString"]))).collect()
}

/// Writes the JSON that is the cell of `.show database schema as json`.
pub fn write_kusto_schema(schema: &Schema, database: &str) -> Value {
    let tables: Map<String, Value> = schema.tables().map(|it| (it.name.clone(), write_kusto_table(it))).collect();
    json!({
        "Plugins": [],
        "Databases": {
            database: {
                "Name": database,
                "Tables": tables,
                "ExternalTables": {},
                "MaterializedViews": {},
                "EntityGroups": {},
                "MajorVersion": 1,
                "MinorVersion": 1,
                "Functions": {},
                "DatabaseAccessMode": "ReadOnly",
            }
        }
    })
}

/// Writes one table as that command does; `.show table T schema as json` answers the same in its `Schema` column.
pub fn write_kusto_table(table: &TableSymbol) -> Value {
    let column = |column: &ColumnSymbol| {
        json!({
            "Name": column.name,
            "Type": column.ty.system_name(),
            "CslType": column.ty.name(),
            "DocString": column.description,
        })
    };
    let columns: Vec<Value> = table.columns.iter().map(column).collect();
    json!({ "Name": table.name, "Folder": "", "DocString": table.description, "OrderedColumns": columns })
}

/// `x:long,['odd name']:string`: the form of `.show table T cslschema`.
pub fn csl_schema(columns: &[ColumnSymbol]) -> String {
    let one = |column: &ColumnSymbol| format!("{}:{}", crate::kql::quoted_name(&column.name), column.ty);
    columns.iter().map(one).collect::<Vec<_>>().join(",")
}
