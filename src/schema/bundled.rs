//! The form of a bundled schema file.

use serde::Deserialize;

use crate::kql::{ColumnSymbol, ScalarType, Schema, TableSymbol};

#[derive(Deserialize)]
struct File<'a> {
    #[serde(borrow)]
    tables: Vec<Table<'a>>,
}

#[derive(Deserialize)]
struct Table<'a> {
    name: &'a str,
    description: String,
    #[serde(borrow)]
    columns: Vec<Column<'a>>,
}

/// Name, KQL type name, description.
#[derive(Deserialize)]
struct Column<'a>(&'a str, &'a str, String);

/// Reads a bundled file; the error says what is wrong with it.
pub(super) fn read(text: &str) -> Result<Schema, String> {
    let file: File<'_> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut schema = Schema::default();
    for table in file.tables {
        let columns = table.columns.into_iter().map(symbol).collect::<Result<_, _>>()?;
        schema.insert(TableSymbol { name: table.name.to_owned(), columns, description: table.description });
    }
    Ok(schema)
}

fn symbol(Column(name, ty, description): Column<'_>) -> Result<ColumnSymbol, String> {
    let ty = ScalarType::from_name(ty).ok_or_else(|| format!("{name} has the unknown type {ty}"))?;
    Ok(ColumnSymbol { name: name.to_owned(), ty, description })
}
