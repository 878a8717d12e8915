//! Runs a query on behalf of a client, whatever service it speaks.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;

use super::ServerState;
use crate::config::TimeRange;
use crate::result::{ResultSet, Truncation, batch_bytes};
use crate::run::{CancelHandle, QueryRequest, RunError, RunEvent, RunId, RunSummary};

/// A query and what the client wishes for it.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    pub(super) text: String,
    /// Values for `declare query_parameters`.
    pub(super) parameters: Vec<(String, String)>,
    /// Fewer rows than the connection gives.
    pub(super) max_rows: Option<u64>,
    /// Bytes of values, after which no further batch of rows is taken.
    pub(super) max_bytes: Option<u64>,
    pub(super) time_limit: Option<Duration>,
    /// The name by which another request can stop this one.
    pub(super) stop_name: Option<String>,
    /// Instead of the connection's own.
    pub(super) time_range: Option<TimeRange>,
}

impl Asked {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

/// Why there are no rows.
#[derive(Debug)]
pub(super) enum Stopped {
    Failed(RunError),
    /// Another request, or the end of the server, stopped it.
    Cancelled,
    TimedOut(Duration),
}

/// Runs that another request can stop, by the name that their clients gave them.
#[derive(Default)]
pub(super) struct Stoppable(Mutex<HashMap<String, HashMap<u64, CancelHandle>>>);

impl Stoppable {
    /// Stops every run of this name and says how many there were.
    pub(super) fn stop(&self, name: &str) -> usize {
        let runs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let runs = runs.get(name).into_iter().flat_map(HashMap::values);
        runs.map(CancelHandle::cancel).count()
    }

    fn add(&self, name: &str, id: u64, handle: CancelHandle) {
        let mut runs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        runs.entry(name.to_owned()).or_default().insert(id, handle);
    }

    fn remove(&self, name: &str, id: u64) {
        let mut runs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(same) = runs.get_mut(name) {
            same.remove(&id);
            if same.is_empty() {
                runs.remove(name);
            }
        }
    }
}

/// A run under way. When nobody waits for it any more this is dropped, and the run is stopped.
struct Running<'a> {
    handle: CancelHandle,
    stoppable: &'a Stoppable,
    name: Option<&'a str>,
    id: u64,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.handle.cancel();
        if let Some(name) = self.name {
            self.stoppable.remove(name, self.id);
        }
    }
}

/// Runs the query and gathers its rows. When the client goes away this is dropped, and the run ends.
pub(super) async fn run(state: &ServerState, asked: Asked) -> Result<(ResultSet, RunSummary), Stopped> {
    match asked.time_limit {
        None => gather(state, &asked).await,
        Some(limit) => match tokio::time::timeout(limit, gather(state, &asked)).await {
            Ok(answer) => answer,
            Err(_) => Err(Stopped::TimedOut(limit)),
        },
    }
}

async fn gather(state: &ServerState, asked: &Asked) -> Result<(ResultSet, RunSummary), Stopped> {
    static NEXT_ID: AtomicU64 = AtomicU64::new(1);
    let id = NEXT_ID.fetch_add(1, Ordering::Relaxed);
    let limit = state.max_rows();
    let mut request = QueryRequest {
        max_rows: asked.max_rows.map_or(limit, |rows| rows.min(limit)),
        parameters: asked.parameters.clone(),
        ..QueryRequest::new(RunId(id), asked.text.clone(), Arc::clone(&state.connection))
    };
    request.time_range = state.time_range(asked.time_range.as_ref().or(request.time_range.as_ref()));
    // Rows are bounded by the limit of the connection, and so is what waits here.
    let (sender, mut events) = mpsc::unbounded_channel();
    let handle = state.runner.start(request, move |event| {
        let _ = sender.send(event);
    });
    let name = asked.stop_name.as_deref();
    if let Some(name) = name {
        state.stoppable.add(name, id, handle.clone());
    }
    let _running = Running { handle, stoppable: &state.stoppable, name, id };
    let mut rows = ResultSet::default();
    let (mut bytes, mut cut) = (0_u64, None);
    while let Some(event) = events.recv().await {
        match event {
            RunEvent::Started | RunEvent::SignIn(_) | RunEvent::Progress(_) => {}
            RunEvent::Columns(columns) => rows = ResultSet::new(columns),
            RunEvent::Batch(batch) => {
                bytes = bytes.saturating_add(batch_bytes(&batch));
                match asked.max_bytes {
                    Some(limit) if bytes > limit => cut = Some(Truncation::Bytes { limit }),
                    _ => rows.push(batch),
                }
            }
            RunEvent::Finished(mut summary) => {
                if cut.is_some() {
                    summary.truncation = cut;
                    summary.stats.tables = vec![rows.size()];
                }
                return Ok((rows, *summary));
            }
            RunEvent::Failed(error) => return Err(Stopped::Failed(error)),
            RunEvent::Cancelled { .. } => break,
        }
    }
    Err(Stopped::Cancelled)
}
