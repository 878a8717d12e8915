//! Starts runs and opens connections.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant, SystemTime};

use tokio::runtime::{Handle, Runtime};
use tokio_util::sync::CancellationToken;

use super::error::{RunError, RunErrorKind};
use super::event::{RunEvent, RunId};
use super::local;
use super::open::{OpenConnection, Source};
use super::quota::{Account, Forecast, Ledger, Waiting};
use super::service;
use crate::config::{Connection, Paths, TimeRange};
use crate::remote::Environment;

/// A query to run, complete: nothing global is consulted.
#[derive(Clone)]
pub struct QueryRequest {
    pub id: RunId,
    /// The text of one block, as typed.
    pub text: String,
    pub connection: Arc<OpenConnection>,
    /// Rows after which the result is cut, with a notice.
    pub max_rows: u64,
    /// The time that the query is asked about, where the source can narrow it beside the query.
    pub time_range: Option<TimeRange>,
    /// Values of `declare query_parameters`, by name, as KQL literals.
    pub parameters: Vec<(String, String)>,
}

impl QueryRequest {
    /// A query with the limit and the time range that its connection has.
    pub fn new(id: RunId, text: impl Into<String>, connection: Arc<OpenConnection>) -> Self {
        let (max_rows, time_range) = (connection.connection.max_rows, connection.connection.time_range.clone());
        Self { id, text: text.into(), connection, max_rows, time_range, parameters: Vec::new() }
    }
}

/// Stops one run; dropping it does not.
#[derive(Debug, Clone, Default)]
pub struct CancelHandle(pub(super) CancellationToken);

impl CancelHandle {
    /// For what blocks and takes the handle along.
    pub fn new() -> Self {
        Self(CancellationToken::new())
    }

    pub fn cancel(&self) {
        self.0.cancel();
    }

    /// True when it was asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.0.is_cancelled()
    }
}

/// Opens connections and starts runs.
pub struct Runner {
    pub(super) paths: Paths,
    environment: Environment,
    /// Open connections to services live here, and are used again by the next run.
    network: OnceLock<Runtime>,
    /// What is counted against the quotas of services.
    pub(super) ledger: Arc<Ledger>,
}

impl Runner {
    pub fn new(paths: &Paths) -> Self {
        Self::with_environment(paths, Environment::of_process())
    }

    /// With something else around it than the process has: for tests.
    pub fn with_environment(paths: &Paths, environment: Environment) -> Self {
        let ledger = Arc::new(Ledger::new(paths.data.join("quota")));
        Self { paths: paths.clone(), environment, network: OnceLock::new(), ledger }
    }

    /// What a query sent at `now` would meet: how much of the quota is used, by all copies of Tallyho on this machine,
    /// and when a query fits. It only advises. Reads one small file.
    pub fn forecast(&self, connection: &OpenConnection, now: SystemTime) -> Forecast {
        let connection = &connection.connection;
        let account = Account::of(connection);
        account.map(|it| self.ledger.forecast(&it, &connection.quota, now)).unwrap_or_default()
    }

    /// When a query that was refused for its quota is to be sent again; `None` for any other failure. What the service
    /// said is counted by then, so [`Self::forecast`] says the same.
    pub fn waiting(&self, connection: &OpenConnection, error: &RunError, now: SystemTime) -> Option<Waiting> {
        if error.kind != RunErrorKind::Quota {
            return None;
        }
        let forecast = self.forecast(connection, now);
        let until = forecast.fits_at.unwrap_or(now + error.retry_after.unwrap_or(Duration::from_secs(1)));
        Some(Waiting { until, why: forecast.reason })
    }

    /// Makes a connection ready: generates the lab, reads the files. Blocks, so never call it on the user-interface
    /// thread. `progress` hears the share done, 0 to 1.
    pub fn open(&self, connection: &Connection, progress: &dyn Fn(f32)) -> Result<Arc<OpenConnection>, RunError> {
        let asks = connection.kind.is_local() && !connection.allowed_hosts.is_empty();
        let network = asks.then(|| self.network()).transpose()?;
        OpenConnection::open(connection, &self.paths, &self.environment, network.as_ref(), progress).map(Arc::new)
    }

    /// The runtime of everything that goes over the network. Born when first asked for.
    pub(super) fn network(&self) -> Result<Handle, RunError> {
        if let Some(runtime) = self.network.get() {
            return Ok(runtime.handle().clone());
        }
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("network")
            .enable_all()
            .build()
            .map_err(|it| RunError::new(RunErrorKind::Limit, format!("cannot start the network: {it}")))?;
        if let Err(second) = self.network.set(runtime) {
            second.shutdown_background();
        }
        self.network()
    }

    /// Starts a run and returns at once. `sink` is called from the run's own thread with each event, the last of
    /// which is an ending.
    pub fn start(&self, request: QueryRequest, sink: impl Fn(RunEvent) + Send + Sync + 'static) -> CancelHandle {
        let handle = CancelHandle::new();
        self.start_with(request, &handle, sink);
        handle
    }

    /// The same for a run that can be stopped by a handle that is there already, perhaps before it starts.
    pub fn start_with(
        &self,
        request: QueryRequest,
        handle: &CancelHandle,
        sink: impl Fn(RunEvent) + Send + Sync + 'static,
    ) {
        let cancel = handle.0.clone();
        let network = match &request.connection.source {
            Source::Local(_) | Source::Recorded(_) => None,
            Source::Service(_) => match self.network() {
                Ok(network) => Some(network),
                Err(error) => {
                    sink(RunEvent::Failed(error));
                    return;
                }
            },
        };
        // The sink is shared with the thread so that a thread that cannot be born still ends the run.
        let sink = Arc::new(sink);
        let on_thread = { Arc::clone(&sink) };
        let ledger = Arc::clone(&self.ledger);
        let name = format!("run-{}", request.id.0);
        let born = std::thread::Builder::new().name(name).spawn(move || {
            let ending =
                catch_unwind(AssertUnwindSafe(|| run(&request, &ledger, network.as_ref(), &cancel, &*on_thread)));
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
    }
}

/// Runs to the end and returns the ending.
fn run(
    request: &QueryRequest,
    ledger: &Ledger,
    network: Option<&Handle>,
    cancel: &CancellationToken,
    sink: &dyn Fn(RunEvent),
) -> RunEvent {
    let started = Instant::now();
    sink(RunEvent::Started);
    match (&request.connection.source, network) {
        (Source::Local(engine), _) => local::run(request, engine, cancel, started, sink),
        (Source::Recorded(recorded), _) => service::replay(request, recorded, ledger, cancel, started, sink),
        (Source::Service(session), Some(network)) => {
            service::run(request, session, ledger, network, cancel, started, sink)
        }
        (Source::Service(_), None) => {
            RunEvent::Failed(RunError::new(RunErrorKind::Connection, "internal error: there is no network"))
        }
    }
}

/// A name that is being looked up cannot be stopped, only left behind.
impl Drop for Runner {
    fn drop(&mut self) {
        if let Some(runtime) = self.network.take() {
            runtime.shutdown_background();
        }
    }
}
