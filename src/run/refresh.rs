//! Asking a service for its own schema, and keeping what it told.

use std::time::{SystemTime, UNIX_EPOCH};

use super::error::{RunError, RunErrorKind};
use super::open::{OpenConnection, Source};
use super::runner::{CancelHandle, Runner};
use super::{schema_file, service};
use crate::remote::SignInPrompt;
use crate::schema::{CachedSchema, Found};

impl Runner {
    /// Asks the service of a connection for its tables, puts them in place of those that were known, and keeps them for
    /// the next time that it is opened. Returns what the user should know. Blocks, so never call it on the
    /// user-interface thread. What was known stays when it fails. Local data know their own tables: nothing is done.
    pub fn refresh_schema(
        &self,
        open: &OpenConnection,
        cancel: &CancelHandle,
        prompt: &dyn Fn(SignInPrompt),
    ) -> Result<Vec<String>, RunError> {
        let Source::Service(session) = &open.source else { return Ok(Vec::new()) };
        let network = self.network()?;
        let found = service::schema(&open.connection, session, &self.ledger, &network, &cancel.0, prompt)?;
        let mut notes = found.notes.clone();
        if let Err(error) = self.keep_schema(open, found) {
            notes.push(error.message);
        }
        Ok(notes)
    }

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
