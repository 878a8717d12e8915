//! Starts runs and opens connections.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use tokio_util::sync::CancellationToken;

use super::error::{RunError, RunErrorKind};
use super::event::{RunEvent, RunId};
use super::local;
use super::open::{OpenConnection, Source};
use super::service;
use crate::config::{Connection, Paths};

/// A query to run, complete: nothing global is consulted.
#[derive(Clone)]
pub struct QueryRequest {
    pub id: RunId,
    /// The text of one block, as typed.
    pub text: String,
    pub connection: Arc<OpenConnection>,
    /// Rows after which the result is cut, with a notice.
    pub max_rows: u64,
    /// Values for `declare query_parameters`: a name and the text of its value, as Kusto's clients send them.
    pub parameters: Vec<(String, String)>,
}

/// Stops one run; dropping it does not.
#[derive(Debug, Clone)]
pub struct CancelHandle(CancellationToken);

impl CancelHandle {
    pub fn cancel(&self) {
        self.0.cancel();
    }
}

/// Opens connections and starts runs.
pub struct Runner {
    paths: Paths,
}

impl Runner {
    pub fn new(paths: &Paths) -> Self {
        Self { paths: paths.clone() }
    }

    /// Makes a connection ready: generates the lab, reads the files. Blocks, so never call it on the user-interface
    /// thread. `progress` hears the share done, 0 to 1.
    pub fn open(&self, connection: &Connection, progress: &dyn Fn(f32)) -> Result<Arc<OpenConnection>, RunError> {
        OpenConnection::open(connection, &self.paths, progress).map(Arc::new)
    }

    /// Starts a run and returns at once. `sink` is called from the run's own thread with each event, the last of
    /// which is an ending.
    pub fn start(&self, request: QueryRequest, sink: impl Fn(RunEvent) + Send + Sync + 'static) -> CancelHandle {
        let cancel = CancellationToken::new();
        let handle = CancelHandle(cancel.clone());
        // The sink is shared with the thread so that a thread that cannot be born still ends the run.
        let sink = Arc::new(sink);
        let on_thread = { Arc::clone(&sink) };
        let name = format!("run-{}", request.id.0);
        let born = std::thread::Builder::new().name(name).spawn(move || {
            let ending = catch_unwind(AssertUnwindSafe(|| run(&request, &cancel, &*on_thread)));
            on_thread(ending.unwrap_or_else(|_| {
                RunEvent::Failed(
                    RunError::new(RunErrorKind::Query, "internal error: the run stopped unexpectedly")
                        .with_advice("The query is untouched. Please report it together with the query."),
                )
            }));
        });
        if let Err(error) = born {
            sink(RunEvent::Failed(RunError::new(RunErrorKind::Limit, format!("cannot start a run: {error}"))));
        }
        handle
    }
}

/// Runs to the end and returns the ending.
fn run(request: &QueryRequest, cancel: &CancellationToken, sink: &dyn Fn(RunEvent)) -> RunEvent {
    let started = Instant::now();
    sink(RunEvent::Started);
    match &request.connection.source {
        Source::Local(engine) => local::run(request, engine, cancel, started, sink),
        Source::Service { token } => service::run(request, token.as_ref(), cancel, started, sink),
    }
}
