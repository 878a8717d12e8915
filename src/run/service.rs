//! A run that a hunting service answers.

use std::time::Instant;

use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use super::error::{RunError, RunErrorKind};
use super::event::{RunEvent, RunSummary};
use super::runner::QueryRequest;
use crate::remote::{RemoteError, RemoteErrorKind, RemoteEvent, RemoteRequest, RemoteSummary, query};
use crate::result::{TableSize, Truncation, batch_bytes};

/// Sends the text as it was typed: on a service our own analysis only advises.
pub(super) fn run(
    request: &QueryRequest,
    token: Option<&SecretString>,
    cancel: &CancellationToken,
    started: Instant,
    sink: &dyn Fn(RunEvent),
) -> RunEvent {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            return RunEvent::Failed(RunError::new(RunErrorKind::Limit, format!("cannot start a run: {error}")));
        }
    };
    let mut arrived = Arrived { size: TableSize::default(), truncation: None };
    let remote = RemoteRequest { kind: &request.connection.connection.kind, token, text: &request.text };
    let mut receiver = |event| arrived.take(event, request.max_rows, sink);
    // The future stays on this thread, so what it calls need not be shared between threads.
    let answer = runtime.block_on(query(&remote, cancel, &mut receiver));
    // A name that is being looked up cannot be stopped, only left behind.
    runtime.shutdown_background();
    match answer {
        Ok(summary) => RunEvent::Finished(Box::new(arrived.summary(summary))),
        Err(error) if error.kind == RemoteErrorKind::Cancelled => RunEvent::Cancelled { after: started.elapsed() },
        Err(error) => RunEvent::Failed(failure(error)),
    }
}

/// What came, as counted here.
struct Arrived {
    size: TableSize,
    truncation: Option<Truncation>,
}

impl Arrived {
    /// Passes the event on, rows only as far as they may be shown. The rest is still read, for the statistics behind it.
    fn take(&mut self, event: RemoteEvent, max_rows: u64, sink: &dyn Fn(RunEvent)) {
        let mut batch = match event {
            // Rows that came before are void, and so is what was counted of them.
            RemoteEvent::Columns(columns) => {
                (self.size, self.truncation) = (TableSize::default(), None);
                return sink(RunEvent::Columns(columns));
            }
            RemoteEvent::Batch(batch) => batch,
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
        RunSummary { stats, truncation: self.truncation.or(remote.truncation), notes: remote.notes }
    }
}

fn failure(error: RemoteError) -> RunError {
    let kind = match error.kind {
        RemoteErrorKind::Query => RunErrorKind::Query,
        RemoteErrorKind::Limit => RunErrorKind::Limit,
        RemoteErrorKind::Connection | RemoteErrorKind::Cancelled | RemoteErrorKind::Internal => {
            RunErrorKind::Connection
        }
    };
    RunError::new(kind, error.message).with_advice(error.advice)
}
