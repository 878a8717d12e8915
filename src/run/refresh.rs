//! Asking a service for its own schema, and keeping what it told.

use std::time::{SystemTime, UNIX_EPOCH};

use super::error::{RunError, RunErrorKind};
use super::open::OpenConnection;
use super::runner::Runner;
use super::schema_file;
use crate::schema::{CachedSchema, Found};

impl Runner {
    /// Puts what the service of a connection has told of its tables in place, and keeps it for the next start. It is
    /// in place even where it cannot be kept, which the error says.
    pub fn keep_schema(&self, open: &OpenConnection, found: Found) -> Result<(), RunError> {
        let connection = &open.connection;
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let taken = UNIX_EPOCH + std::time::Duration::from_secs(seconds);
        let cached = CachedSchema { schema: found.schema, taken, of: schema_file::service_of(connection) };
        let kept = schema_file::store(&self.paths, connection, &cached);
        open.set_schema(cached);
        kept.map_err(|it| {
            RunError::new(RunErrorKind::Limit, format!("the schema of '{}' cannot be kept: {it}", connection.name))
                .with_advice("It is used until the program ends; the next start asks again.")
        })
    }
}
