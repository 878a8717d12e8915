//! Both hunting APIs, answered on this machine from a local connection, so that scripts written for the services can be
//! tried without one.
//!
//! Only loopback addresses are served, and only requests that name one: a web page that a browser was tricked into
//! loading from another name cannot ask. No token is demanded.

mod answer;
mod ask;
mod dto;
mod fault;
mod guard;
mod kusto;
mod routes;

use std::io;
use std::sync::Arc;

use tokio::net::TcpListener;

use crate::run::{OpenConnection, Runner};

/// What requests are answered from.
pub struct ServerState {
    runner: Runner,
    connection: Arc<OpenConnection>,
    /// How many queries run at once; more wait.
    slots: tokio::sync::Semaphore,
    stoppable: ask::Stoppable,
}

/// Queries that run at the same time.
const MAX_RUNS: usize = 8;
/// Bytes of a request; the services take about as much.
const MAX_BODY: usize = 2 << 20;

impl ServerState {
    /// Answers from a connection that is open.
    pub fn new(runner: Runner, connection: Arc<OpenConnection>) -> Self {
        Self { runner, connection, slots: tokio::sync::Semaphore::new(MAX_RUNS), stoppable: ask::Stoppable::default() }
    }
}

/// Answers requests until `shutdown` is ready, then lets those under way end. Refuses a listener that other machines
/// can reach, and a connection that is itself a service.
pub async fn serve(
    listener: TcpListener,
    state: ServerState,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("{address} can be reached from other machines; Tallyho serves on 127.0.0.1 or [::1] only"),
        ));
    }
    let connection = &state.connection.connection;
    if !connection.kind.is_local() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("connection '{}' is a service; Tallyho serves local data only", connection.name),
        ));
    }
    axum::serve(listener, routes::router(Arc::new(state))).with_graceful_shutdown(shutdown).await
}
