//! The form of a schema file of ours.

use serde::{Deserialize, Serialize};

use crate::kql::{ColumnSymbol, FunctionResult, FunctionSymbol, ScalarType, Schema, TableSymbol};

#[derive(Deserialize)]
struct File {
    tables: Vec<Table>,
    #[serde(default)]
    functions: Vec<Function>,
}

/// A function of the service.
#[derive(Deserialize)]
struct Function {
    name: String,
    description: String,
    parameters: String,
    /// A parameter, and a sentence on it.
    about_parameters: Vec<(String, String)>,
    takes_column: bool,
    /// `input`, `input_with` or `table`.
    result: String,
    columns: Vec<Column>,
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
    let mut schema = schema_of(file.tables)?;
    for function in file.functions {
        schema.insert_function(function_symbol(function)?);
    }
    Ok(schema)
}

fn function_symbol(function: Function) -> Result<FunctionSymbol, String> {
    let columns = function.columns.into_iter().map(symbol).collect::<Result<_, _>>()?;
    let result = match function.result.as_str() {
        "input" => FunctionResult::Input,
        "input_with" => FunctionResult::InputWith(columns),
        "table" => FunctionResult::Table(columns),
        other => return Err(format!("{} gives '{other}'", function.name)),
    };
    Ok(FunctionSymbol {
        name: function.name,
        parameters: function.parameters,
        description: function.description,
        result,
        takes_column: function.takes_column,
        about_parameters: function.about_parameters,
    })
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
    Ok(ColumnSymbol { description, ..ColumnSymbol::new(name, ty) })
}
