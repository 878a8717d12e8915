//! Hunting services over HTTP: sign in, send a query, decode the answer as it arrives.
//!
//! A query is sent as it was typed; what the service says about it counts, not what Tallyho thinks of it. An answer of
//! any service becomes the columns and record batches that a local run has. Whatever goes wrong is said in words: what
//! happened, and what to do.

mod auth;
mod call;
mod decode;
mod defender;
mod download;
mod environment;
mod error;
mod graph;
mod http;
mod kusto;
mod link;
mod log_analytics;
mod mde;
mod record;
mod repeat;
mod tables;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use crate::config::{self, Api, Connection, TimeRange};
use crate::kql::Render;
use crate::result::{RunStats, Truncation};

use call::Call;
use record::{About, Recorder};

pub use auth::{Identity, SignInPrompt};
pub use call::new_request_id;
pub use decode::{DecodeError, Decoded, Emit, RemoteEvent, Shape, decode};
pub use download::Downloads;
pub use environment::Environment;
pub use error::{Place, RemoteError, RemoteErrorKind};
pub use link::{Link, LinkPlace, deep_link, deep_link_note, open_in_browser};
pub use record::{Recorded, ScrubReport, scrub};

/// One open service: its address, its HTTP client with connections that are used again, and its tokens.
///
/// Futures of one session run on one runtime, since open connections belong to it.
pub struct Session {
    service: config::Service,
    client: reqwest::Client,
    tokens: auth::TokenSource,
    /// How long a second of a pause takes.
    tick: Duration,
    /// Keeps every query's exchange, where the connection wants it.
    recorder: Option<Arc<Recorder>>,
}

/// Only the service: a token must never have a picture.
impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("service", &self.service).finish_non_exhaustive()
    }
}

/// A query for a service.
#[derive(Debug, Clone, Copy)]
pub struct RemoteRequest<'a> {
    pub text: &'a str,
    /// The time that the query is asked about, for a service that takes one beside the query.
    pub time_range: Option<&'a TimeRange>,
    /// The column by which all tables of the query are narrowed to the time range, for Kusto, which has to be told.
    pub time_column: Option<&'a str>,
    /// Values of `declare query_parameters`, as KQL literals; Kusto takes them beside the query.
    pub parameters: &'a [(String, String)],
    /// Names this request where the service can be asked about it or stop it; no other request may ever have it.
    pub request_id: &'a str,
    /// Longest time for the whole exchange.
    pub timeout: Duration,
}

/// What is known when the last row has arrived.
#[derive(Debug, Clone, Default)]
pub struct RemoteSummary {
    /// As the service reports it; Graph reports nothing. Wall time is measured here.
    pub stats: RunStats,
    /// Rows that the service may have left out.
    pub truncation: Option<Truncation>,
    /// How the query asks to be drawn, as the service understood it.
    pub render: Option<Render>,
    /// What could not be decoded, a line for each column.
    pub notes: Vec<String>,
}

/// Longest time to wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How much longer than its own limit a service is waited for.
const GRACE: Duration = Duration::from_secs(10);
/// Longest time to ask a service to stop.
const STOP_TIMEOUT: Duration = Duration::from_secs(2);

impl Session {
    /// Makes the service of a connection ready; nothing is sent yet. Fails for a connection that is no service, an
    /// address that cannot be used, and a token's variable that holds nothing.
    pub fn open(connection: &Connection, environment: &Environment) -> Result<Self, RemoteError> {
        let Some(service) = connection.kind.service() else {
            return Err(RemoteError::internal("this connection is no service"));
        };
        let base = http::address(&service.base_url, &[])?;
        let tokens = auth::TokenSource::new(&connection.name, service, environment)?;
        let client = http::client(&base, &connection.allowed_hosts);
        let client = client.map_err(|it| RemoteError::internal(&it.to_string()))?;
        let recorder = connection.record.as_deref().map(|it| Arc::new(Recorder::new(it, &connection.name)));
        Ok(Self { service: service.clone(), client, tokens, tick: environment.tick, recorder })
    }

    pub fn service(&self) -> &config::Service {
        &self.service
    }

    /// Sends the query and calls `sink` with the columns and then the rows as they arrive. Ends at once when cancelled.
    pub async fn query(
        &self,
        request: &RemoteRequest<'_>,
        cancel: &CancellationToken,
        sink: &mut dyn FnMut(RemoteEvent),
    ) -> Result<RemoteSummary, RemoteError> {
        // What the query went out with; empty as long as it has not.
        let sent = OnceLock::new();
        tokio::select! {
            biased;
            () = cancel.cancelled() => {
                if let Some(token) = sent.into_inner() {
                    self.stop(request, token.as_ref());
                }
                Err(RemoteError::cancelled())
            }
            answer = self.ask(request, &sent, sink) => answer,
        }
    }

    async fn ask(
        &self,
        request: &RemoteRequest<'_>,
        sent: &OnceLock<Option<SecretString>>,
        sink: &mut dyn FnMut(RemoteEvent),
    ) -> Result<RemoteSummary, RemoteError> {
        let mut call = self.call(request)?;
        call.about = self.recorder.is_some().then(|| About::of(request));
        let timeout = self.patience(request.timeout);
        let answered = repeat::answer(self, &call, timeout, sent, sink).await;
        let answered = answered.map_err(|it| it.error)?;
        let token = answered.token.clone();
        let asked = Asked { session: self, call: &call, token: token.as_ref(), timeout };
        http::rows(&asked, answered, sink).await.map_err(|it| it.without(token.as_ref()))
    }

    fn call(&self, request: &RemoteRequest<'_>) -> Result<Call, RemoteError> {
        let service = &self.service;
        match &service.api {
            Api::Defender => defender::call(service, request),
            Api::Mde => mde::call(service, request),
            Api::Graph { version, workspace_id } => graph::call(service, version, workspace_id.as_deref(), request),
            Api::Kusto { database, v1, progressive } => kusto::call(service, database, (*v1, *progressive), request),
            Api::LogAnalytics { workspace, more_workspaces, .. } => {
                log_analytics::call(service, workspace, more_workspaces, request)
            }
        }
    }

    /// How long an answer is waited for. Services that are told the limit say themselves that it is reached, if they
    /// are given the time to say so.
    fn patience(&self, timeout: Duration) -> Duration {
        match self.service.api {
            Api::Kusto { .. } | Api::LogAnalytics { .. } => timeout.saturating_add(GRACE),
            _ => timeout,
        }
    }

    /// Tells the service that nobody waits any more, where it can be told. Nobody waits for this either.
    fn stop(&self, request: &RemoteRequest<'_>, token: Option<&SecretString>) {
        let Api::Kusto { database, .. } = &self.service.api else { return };
        let Ok(call) = kusto::stop_call(&self.service, database, request.request_id) else { return };
        let post = http::request(&self.client, &call, token, STOP_TIMEOUT);
        tokio::spawn(async move { drop(post.send().await) });
    }
}

/// One call on its way: what errors speak of.
#[derive(Clone, Copy)]
struct Asked<'a> {
    session: &'a Session,
    call: &'a Call,
    /// Never logged and never part of an error.
    token: Option<&'a SecretString>,
    timeout: Duration,
}
