//! Starts runs and opens connections.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::event::{RunError, RunEvent, RunId};
use crate::config::{Connection, Paths};
use crate::kql::Schema;

/// A query to run, complete: nothing global is consulted.
#[derive(Debug, Clone)]
pub struct QueryRequest {
    pub id: RunId,
    /// The text of one block, as typed.
    pub text: String,
    pub connection: Arc<OpenConnection>,
    /// Rows after which the result is cut, with a notice.
    pub max_rows: u64,
}

/// A connection that is ready to answer.
#[derive(Debug)]
pub struct OpenConnection {
    pub connection: Connection,
    schema: Schema,
}

impl OpenConnection {
    /// The tables that a query may name here. For a service: what is bundled, as advice only.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// What `now()` means for a query started now, in ticks.
    pub fn now(&self) -> i64 {
        0
    }

    /// One line each: what reading the data found that the user should know.
    pub fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Stops one run; dropping it does not.
#[derive(Debug, Clone)]
pub struct CancelHandle(CancellationToken);

impl CancelHandle {
    pub fn cancel(&self) {
        self.0.cancel();
    }
}

/// The runtimes that runs execute on: one for the engine, one for the network.
pub struct Runner {}

impl Runner {
    pub fn new(_paths: &Paths) -> std::io::Result<Self> {
        Ok(Self {})
    }

    /// Makes a connection ready: generates the lab, reads the files. Blocks, so never call it on the user-interface
    /// thread. `progress` hears the share done, 0 to 1.
    pub fn open(&self, connection: &Connection, _progress: &dyn Fn(f32)) -> Result<Arc<OpenConnection>, RunError> {
        Ok(Arc::new(OpenConnection { connection: connection.clone(), schema: Schema::default() }))
    }

    /// Starts a run and returns at once. `sink` is called from a worker thread with each event, the last of which is
    /// an ending.
    pub fn start(&self, _request: QueryRequest, _sink: impl Fn(RunEvent) + Send + 'static) -> CancelHandle {
        CancelHandle(CancellationToken::new())
    }
}
