//! The form of a schema file of ours.

use serde::{Deserialize, Serialize};

use crate::kql::{ColumnSymbol, ScalarType, Schema, TableSymbol};

#[derive(Deserialize)]
struct File {
    tables: Vec<Table>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Table {
    name: String,
    description: String,
    columns: Vec<Column>,
}

/// Name, KQL type name, description.
#[derive(Serialize, Deserialize)]
struct Column(String, String, String);

impl Table {
    pub(super) fn of(table: &TableSymbol) -> Self {
        let column = |it: &ColumnSymbol| Column(it.name.clone(), it.ty.name().to_owned(), it.description.clone());
        Self {
            name: table.name.clone(),
            description: table.description.clone(),
            columns: table.columns.iter().map(column).collect(),
        }
    }
}

/// Reads a bundled file; the error says what is wrong with it.
pub(super) fn read(text: &str) -> Result<Schema, String> {
    let file: File = serde_json::from_str(text).map_err(|error| error.to_string())?;
    schema_of(file.tables)
}

pub(super) fn schema_of(tables: Vec<Table>) -> Result<Schema, String> {
    let mut schema = Schema::default();
    for table in tables {
        let columns = table.columns.into_iter().map(symbol).collect::<Result<_, _>>()?;
        schema.insert(TableSymbol { name: table.name, columns, description: table.description });
    }
    Ok(schema)
}

fn symbol(Column(name, ty, description): Column) -> Result<ColumnSymbol, String> {
    let ty = ScalarType::from_name(&ty).ok_or_else(|| format!("{name} has the unknown type {ty}"))?;
    Ok(ColumnSymbol { name, ty, description })
}
