//! Known tables: the bundled Advanced Hunting schema, and what services say of their own.
//!
//! Everything here is a pure function of text. Who asks a service, and who keeps the answer, is elsewhere. Names that a
//! service tells are kept as they are: they are data.

mod bundled;
mod cache;
mod discovery;
mod found;
mod hunting;
mod kusto;
mod local;
mod log_analytics;
mod section;

use std::fmt;
use std::sync::{Arc, OnceLock};

pub use cache::{CachedSchema, read_cached_schema, write_cached_schema};
pub use discovery::{SchemaRow, discovery_query, read_getschema_rows};
pub use found::{Found, type_of};
pub use hunting::{read_hunting_schema, write_hunting_schema};
pub use kusto::{csl_schema, read_kusto_schema, write_kusto_schema, write_kusto_table};
pub use local::local_functions;
pub use log_analytics::{read_log_analytics_metadata, write_log_analytics_metadata};
pub use section::{OTHER_SECTION, section, sections};

use crate::kql::{Schema, TableSymbol};

/// Every table of Advanced Hunting with official columns, types and descriptions.
///
/// Facts and descriptions are those of Microsoft's schema reference (CC BY 4.0); `assets/schema/advanced_hunting.json`
/// names the source. Read when first asked for, which takes about a millisecond.
pub fn advanced_hunting() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        bundled::read(include_str!("../assets/schema/advanced_hunting.json"))
            .expect("the bundled schema is read by a test of every build")
    })
}

/// Reads a schema file of any form that is known: one of ours, or a body in which a service tells its tables.
pub fn read_schema_file(text: &str) -> Result<Schema, SchemaError> {
    let ours = bundled::read(text).map_err(SchemaError::new);
    let found = |it: Found| it.schema;
    let readings = [
        read_cached_schema(text).map(|it| it.schema).or(ours),
        read_kusto_schema(text, None).map(found),
        read_hunting_schema(text).map(found),
        read_log_analytics_metadata(text).map(found),
    ];
    let mut first_error = None;
    for reading in readings {
        match reading {
            Ok(schema) if schema.tables().next().is_some() => return Ok(schema),
            Ok(_) => {}
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    Err(first_error.unwrap_or_else(|| SchemaError::new("it names no table")))
}

/// Why a text is no schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaError(String);

impl SchemaError {
    fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SchemaError {}

/// A service's own schema, its tables and columns described by the bundled one where the service says nothing.
///
/// Which tables and columns there are is the service's word alone: a table that is only bundled is one that this
/// tenant does not have, and a query that names it would fail.
#[must_use]
pub fn described(own: Schema, bundled: &Schema) -> Schema {
    let mut schema = Schema::default();
    // Whoever has tables of Advanced Hunting has its functions, which no discovery tells of, or not with their results.
    if own.tables().any(|table| bundled.table(&table.name).is_some()) {
        bundled.functions().for_each(|function| schema.insert_function(function.clone()));
    }
    for function in own.functions() {
        if schema.function(&function.name).is_none() {
            schema.insert_function(function.clone());
        }
    }
    for mut table in own.into_tables() {
        if let Some(known) = bundled.table(&table.name) {
            fill(&mut table.description, &known.description);
            for column in Arc::make_mut(&mut table.columns) {
                if let Some(same) = known.columns.iter().find(|it| it.name == column.name) {
                    fill(&mut column.description, &same.description);
                }
            }
        }
        schema.insert(table);
    }
    schema
}

fn fill(own: &mut String, known: &str) {
    if own.is_empty() {
        known.clone_into(own);
    }
}

/// The column by which a service filters a table when it is given a time range: `Timestamp`, else `TimeGenerated`.
pub fn time_column(table: &TableSymbol) -> Option<&str> {
    table.time_column().map(|index| table.columns[index].name.as_str())
}

fn parse(body: &str) -> Result<serde_json::Value, SchemaError> {
    serde_json::from_str(body).map_err(|error| SchemaError::new(format!("the answer is no JSON: {error}")))
}
