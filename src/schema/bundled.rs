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
#[derive(Serialize, Deserialize)]
pub(super) struct Function {
    name: String,
    description: String,
    parameters: String,
    /// A parameter, and a sentence on it.
    about_parameters: Vec<(String, String)>,
    takes_column: bool,
    /// `input`, `input_with`, `table` or `unknown`.
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

impl Column {
    fn of(column: &ColumnSymbol) -> Self {
        Self(column.name.clone(), column.ty.name().to_owned(), column.description.clone())
    }
}

impl Table {
    pub(super) fn of(table: &TableSymbol) -> Self {
        Self {
            name: table.name.clone(),
            description: table.description.clone(),
            columns: table.columns.iter().map(Column::of).collect(),
        }
    }
}

impl Function {
    pub(super) fn of(function: &FunctionSymbol) -> Self {
        let (result, columns): (_, &[ColumnSymbol]) = match &function.result {
            FunctionResult::Input => ("input", &[]),
            FunctionResult::InputWith(columns) => ("input_with", columns),
            FunctionResult::Table(columns) => ("table", columns),
            FunctionResult::Unknown => ("unknown", &[]),
        };
        Self {
            name: function.name.clone(),
            description: function.description.clone(),
            parameters: function.parameters.clone(),
            about_parameters: function.about_parameters.clone(),
            takes_column: function.takes_column,
            result: result.to_owned(),
            columns: columns.iter().map(Column::of).collect(),
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

pub(super) fn function_symbol(function: Function) -> Result<FunctionSymbol, String> {
    let columns = function.columns.into_iter().map(symbol).collect::<Result<_, _>>()?;
    let result = match function.result.as_str() {
        "input" => FunctionResult::Input,
        "input_with" => FunctionResult::InputWith(columns),
        "table" => FunctionResult::Table(columns),
        "unknown" => FunctionResult::Unknown,
        other => return Err(format!("{} gives '{other}'", function.name)),
    };
    Ok(FunctionSymbol {
        body: None,
        name: function.name,
        parameters: function.parameters,
        description: function.description,
        result,
        takes_column: function.takes_column,
        about_parameters: function.about_parameters,
        known: None,
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
