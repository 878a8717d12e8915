//! A run that a hunting service answers.

use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use super::error::RunError;
use super::event::{RunEvent, RunSummary};
use super::placing;
use super::quota::{Ledger, Meter};
use super::runner::QueryRequest;
use crate::config::Connection;
use crate::kql::Schema;
use crate::remote::{
    Recorded, RemoteError, RemoteErrorKind, RemoteEvent, RemoteRequest, RemoteSummary, Session, SignInPrompt,
    new_request_id,
};
use crate::result::{TableSize, Truncation, batch_bytes};
use crate::schema::Found;

/// Longest time for a request where neither the connection nor its quota says one: no service takes longer.
const DEFAULT_TIMEOUT: Duration = Duration::from_mins(10);

/// Sends the text as it was typed: on a service our own analysis only advises.
pub(super) fn run(
    request: &QueryRequest,
    session: &Session,
    ledger: &Ledger,
    network: &Handle,
    cancel: &CancellationToken,
    started: Instant,
    sink: &dyn Fn(RunEvent),
) -> RunEvent {
    let connection = &request.connection.connection;
    let schema = request.connection.schema();
    let set = session.service().timeout_seconds.map(Duration::from_secs);
    let remote = RemoteRequest {
        text: &request.text,
        time_range: request.time_range.as_ref(),
        time_column: placing::time_column(&request.text, &schema),
        parameters: &request.parameters,
        request_id: &new_request_id(),
        timeout: set.or(connection.quota.request_timeout).unwrap_or(DEFAULT_TIMEOUT),
    };
    let mut arrived = Arrived::new(ledger, connection);
    let mut receiver = |event| arrived.take(event, request.max_rows, sink);
    // The future stays on this thread, so what it calls need not be shared between threads.
    let answer = network.block_on(session.query(&remote, cancel, &mut receiver));
    arrived.ending(answer, request, &schema, started)
}

/// Answers from what was recorded. Nothing is sent and nothing counted.
pub(super) fn replay(
    request: &QueryRequest,
    recorded: &Recorded,
    ledger: &Ledger,
    cancel: &CancellationToken,
    started: Instant,
    sink: &dyn Fn(RunEvent),
) -> RunEvent {
    let schema = request.connection.schema();
    let remote = RemoteRequest {
        text: &request.text,
        time_range: request.time_range.as_ref(),
        time_column: None,
        parameters: &request.parameters,
        request_id: "",
        timeout: DEFAULT_TIMEOUT,
    };
    let mut arrived = Arrived::new(ledger, &request.connection.connection);
    let answer = recorded.query(&remote, cancel, &mut |event| arrived.take(event, request.max_rows, sink));
    arrived.ending(answer, request, &schema, started)
}

/// Asks a service for its tables. Blocks; what it takes is counted like a run.
pub(super) fn schema(
    connection: &Connection,
    session: &Session,
    ledger: &Ledger,
    network: &Handle,
    cancel: &CancellationToken,
    prompt: &dyn Fn(SignInPrompt),
) -> Result<Found, RunError> {
    let mut meter = Meter::new(ledger, connection);
    let mut receiver = |event| match event {
        RemoteEvent::SignIn(it) => prompt(it),
        RemoteEvent::Sent => meter.sent(),
        RemoteEvent::Unreached => meter.unreached(),
        RemoteEvent::Columns(_) | RemoteEvent::Batch(_) | RemoteEvent::Progress(_) => {}
    };
    let mut found = network.block_on(session.schema(cancel, &mut receiver));
    match &mut found {
        Err(error) if error.kind == RemoteErrorKind::Quota => {
            error.retry_after = meter.refused(&error.message, error.retry_after);
        }
        Ok(_) | Err(_) => meter.answered(None),
    }
    found.map_err(RunError::of_remote)
}

/// What came, as counted here.
struct Arrived<'a> {
    size: TableSize,
    truncation: Option<Truncation>,
    meter: Meter<'a>,
}

impl<'a> Arrived<'a> {
    fn new(ledger: &'a Ledger, connection: &'a Connection) -> Self {
        Self { size: TableSize::default(), truncation: None, meter: Meter::new(ledger, connection) }
    }

    /// Counts the call and says how the run ended.
    fn ending(
        mut self,
        answer: Result<RemoteSummary, RemoteError>,
        request: &QueryRequest,
        schema: &Schema,
        started: Instant,
    ) -> RunEvent {
        match answer {
            Ok(summary) => {
                self.meter.answered(summary.stats.cpu_total);
                RunEvent::Finished(Box::new(self.summary(summary)))
            }
            Err(error) if error.kind == RemoteErrorKind::Cancelled => {
                self.meter.answered(None);
                RunEvent::Cancelled { after: started.elapsed() }
            }
            Err(mut error) if error.kind == RemoteErrorKind::Quota => {
                error.retry_after = self.meter.refused(&error.message, error.retry_after);
                RunEvent::Failed(RunError::of_remote(error))
            }
            Err(error) => {
                self.meter.answered(None);
                let diagnostics = placing::place(&error, &request.text, schema, request.connection.now());
                RunEvent::Failed(RunError { diagnostics, ..RunError::of_remote(error) })
            }
        }
    }

    /// Passes the event on, rows only as far as they may be shown. The rest is still read, for the statistics behind it.
    fn take(&mut self, event: RemoteEvent, max_rows: u64, sink: &dyn Fn(RunEvent)) {
        let mut batch = match event {
            // Rows that came before are void, and so is what was counted of them.
            RemoteEvent::Columns(columns) => {
                (self.size, self.truncation) = (TableSize::default(), None);
                return sink(RunEvent::Columns(columns));
            }
            RemoteEvent::Batch(batch) => batch,
            RemoteEvent::SignIn(prompt) => return sink(RunEvent::SignIn(prompt)),
            RemoteEvent::Progress(share) => return sink(RunEvent::Progress(share)),
            RemoteEvent::Sent => return self.meter.sent(),
            RemoteEvent::Unreached => return self.meter.unreached(),
        };
        let room = max_rows - self.size.rows;
        if batch.num_rows() as u64 > room {
            self.truncation = Some(Truncation::Rows { limit: max_rows });
            batch = batch.slice(0, room as usize);
        }
        if batch.num_rows() > 0 {
            self.size.rows += batch.num_rows() as u64;
            self.size.bytes += batch_bytes(&batch);
            sink(RunEvent::Batch(batch));
        }
    }

    fn summary(self, remote: RemoteSummary) -> RunSummary {
        let mut stats = remote.stats;
        if stats.tables.is_empty() {
            stats.tables.push(self.size);
        }
        let truncation = self.truncation.or(remote.truncation);
        RunSummary { stats, truncation, render: remote.render, notes: remote.notes, ..RunSummary::default() }
    }
}
