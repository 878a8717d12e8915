//! The hunting APIs, answered on this machine from a local connection, so that scripts written for the services can be
//! tried without one.
//!
//! Without options only loopback addresses are served, and only requests that name one: a web page that a browser was
//! tricked into loading from another name cannot ask. No token is demanded then. Other addresses are served when a
//! token is ([`Auth`]).
//!
//! A request goes through these, outermost first: the connection's limits (`listen`), the log (`told`), compression,
//! the host (`guard`), the token (`auth`), the body's limits (`body`), quota and queue (`meter`), and then its handler
//! (`routes`).

mod answer;
mod ask;
mod auth;
mod body;
mod connections;
mod dto;
mod fair;
mod family;
mod fault;
mod guard;
mod hunting_schema;
mod kusto;
mod listen;
mod log;
mod log_analytics;
mod login;
mod meter;
mod options;
mod place;
mod quota;
mod routes;
mod told;

use std::io;
use std::sync::Arc;
use std::time::Instant;

use tokio::net::TcpListener;

pub use log::{LogFormat, LogOptions};
pub use login::LoginOptions;
pub use options::{Auth, Limits, ServerOptions};

use crate::config::TimeRange;
use crate::kql::TICKS_PER_SECOND;
use crate::result::datetime_cell;
use crate::run::{OpenConnection, Runner};

/// What requests are answered from.
pub struct ServerState {
    runner: Runner,
    connection: Arc<OpenConnection>,
    /// How many of Kusto's commands run at once; they do not wait behind queries, which they may have to stop.
    slots: tokio::sync::Semaphore,
    stoppable: ask::Stoppable,
    options: ServerOptions,
    login: Option<login::Login>,
    /// Clients take turns here before their queries run.
    queue: Arc<fair::FairQueue>,
    ledger: Option<quota::Ledger>,
    /// Room for large bodies, in pieces.
    bodies: Arc<tokio::sync::Semaphore>,
    connections: Arc<connections::Connections>,
    logger: Arc<log::Logger>,
    started: Instant,
    /// Other machines can connect.
    reachable: bool,
}

impl ServerState {
    /// Answers from a connection that is open, whoever asks.
    pub fn new(runner: Runner, connection: Arc<OpenConnection>) -> Self {
        Self::with_options(runner, connection, ServerOptions::default())
    }

    /// Answers from a connection that is open, as the options say.
    pub fn with_options(runner: Runner, connection: Arc<OpenConnection>, options: ServerOptions) -> Self {
        let login = match &options.auth {
            Auth::Entra(login) => Some(login::Login::new((**login).clone())),
            Auth::None | Auth::Token(_) => None,
        };
        Self {
            login,
            runner,
            connection,
            slots: tokio::sync::Semaphore::new(options.limits.running.max(1)),
            stoppable: ask::Stoppable::default(),
            queue: fair::FairQueue::new(options.limits.running),
            ledger: options.quota.clone().map(quota::Ledger::new),
            bodies: Arc::new(tokio::sync::Semaphore::new(options.limits.bodies / body::PIECE)),
            connections: connections::Connections::new(options.limits.connections),
            logger: log::Logger::new(&options.log),
            started: Instant::now(),
            reachable: false,
            options,
        }
    }

    /// The time that is asked about, as far back as the data of the simulated service reaches.
    fn time_range(&self, asked: Option<&TimeRange>) -> Option<TimeRange> {
        let Some(days) = self.options.quota.as_ref().and_then(|it| it.days) else { return asked.cloned() };
        let Some(asked) = asked else { return TimeRange::parse(&format!("P{days}D")) };
        let now = self.connection.now();
        let (from, to) = asked.resolve(now);
        let first = now.saturating_sub(i64::from(days).saturating_mul(86_400 * TICKS_PER_SECOND));
        if from >= first {
            return Some(asked.clone());
        }
        TimeRange::parse(&format!("{}/{}", datetime_cell(first.min(to)), datetime_cell(to)))
    }

    /// Rows after which an answer is cut.
    fn max_rows(&self) -> u64 {
        let limit = self.connection.connection.max_rows;
        self.options.quota.as_ref().and_then(|it| it.max_rows).map_or(limit, |rows| rows.min(limit))
    }
}

/// Answers requests until `shutdown` is ready, then lets those under way end for as long as the limits say. Refuses a
/// listener that other machines can reach while no token is demanded, and a connection that is itself a service.
pub async fn serve(
    listener: TcpListener,
    mut state: ServerState,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let address = listener.local_addr()?;
    let refuse = |why: String| Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    state.reachable = !address.ip().is_loopback();
    if state.reachable && matches!(state.options.auth, Auth::None) {
        return refuse(format!(
            "{address} can be reached from other machines; demand a token there, or serve on 127.0.0.1"
        ));
    }
    let connection = &state.connection.connection;
    if !connection.kind.is_local() {
        let (name, kind) = (&connection.name, connection.kind.name());
        return refuse(format!("connection '{name}' is of the kind '{kind}'; Tallyho serves local data only"));
    }
    let (limits, connections) = (state.options.limits.clone(), Arc::clone(&state.connections));
    let router = routes::router(Arc::new(state));
    listen::run(listener, router, &limits, &connections, shutdown).await
}
