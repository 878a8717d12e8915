//! A service's schema as it is kept between sessions: JSON that says when it was taken.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::SchemaError;
use super::bundled::{Function, Table, function_symbol, schema_of};
use crate::kql::Schema;

/// The form of the file. A newer one is not read by an older program.
const VERSION: u32 = 2;

/// A schema and when the service told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachedSchema {
    pub schema: Schema,
    /// To the second.
    pub taken: SystemTime,
    /// Which service it is the schema of, in words of whoever keeps it: a connection may be pointed elsewhere.
    pub of: String,
}

#[derive(Serialize, Deserialize)]
struct File {
    version: u32,
    of: String,
    /// Seconds since 1970-01-01T00:00:00Z.
    taken: u64,
    tables: Vec<Table>,
    #[serde(default)]
    functions: Vec<Function>,
}

/// The text of a cache file.
pub fn write_cached_schema(cached: &CachedSchema) -> String {
    let taken = cached.taken.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let file = File {
        version: VERSION,
        of: cached.of.clone(),
        taken,
        tables: cached.schema.tables().map(Table::of).collect(),
        functions: cached.schema.functions().map(Function::of).collect(),
    };
    serde_json::to_string(&file).unwrap_or_else(|_| Value::Null.to_string())
}

/// Reads a cache file; the error says why it is of no use, and then the service is asked again.
pub fn read_cached_schema(text: &str) -> Result<CachedSchema, SchemaError> {
    let file: File = serde_json::from_str(text).map_err(|error| SchemaError::new(error.to_string()))?;
    if file.version != VERSION {
        return Err(SchemaError::new(format!("it has the form {}, and this program reads {VERSION}", file.version)));
    }
    let mut schema = schema_of(file.tables).map_err(SchemaError::new)?;
    for function in file.functions {
        schema.insert_function(function_symbol(function).map_err(SchemaError::new)?);
    }
    let taken = UNIX_EPOCH.checked_add(Duration::from_secs(file.taken));
    let taken = taken.ok_or_else(|| SchemaError::new("the time it was taken is no time"))?;
    Ok(CachedSchema { schema, taken, of: file.of })
}
