//! Hunting services over HTTP: sign in, send a query, decode the answer as it arrives.
//!
//! A query is sent as it was typed; what the service says about it counts, not what Tallyho thinks of it. An answer of
//! any service becomes the columns and record batches that a local run has. Whatever goes wrong is said in words: what
//! happened, and what to do.

mod auth;
mod decode;
mod defender;
mod environment;
mod error;
mod graph;
mod http;
mod link;

use std::time::Duration;

use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use crate::config::{self, Api, Connection, TimeRange};
use crate::result::{RunStats, Truncation};

use auth::Person;
pub use auth::{Identity, SignInPrompt};
pub use decode::{DecodeError, Decoded, Emit, RemoteEvent, Shape, decode};
pub use environment::Environment;
pub use error::{RemoteError, RemoteErrorKind};
pub use link::{Link, LinkPlace, deep_link, deep_link_note, open_in_browser};

/// One open service: its address, its HTTP client with connections that are used again, and its tokens.
///
/// Futures of one session run on one runtime, since open connections belong to it.
pub struct Session {
    service: config::Service,
    client: reqwest::Client,
    tokens: auth::TokenSource,
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
    /// Values of `declare query_parameters`, as KQL literals; Kusto takes them beside the query.
    pub parameters: &'a [(String, String)],
    /// Names this request where the service can be asked about it or stop it.
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
    /// What could not be decoded, a line for each column.
    pub notes: Vec<String>,
}

/// What is asked for where.
struct Call {
    url: reqwest::Url,
    body: String,
    api: Api,
}

impl Call {
    fn shape(&self) -> Shape {
        Shape::Hunting { graph: matches!(self.api, Api::Graph { .. }) }
    }
}

/// Longest time to wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

impl Session {
    /// Makes the service of a connection ready; nothing is sent yet. Fails for a connection that is no service, an
    /// address that cannot be used, and a token's variable that holds nothing.
    pub fn open(connection: &Connection, environment: &Environment) -> Result<Self, RemoteError> {
        let Some(service) = connection.kind.service() else {
            return Err(RemoteError::internal("this connection is no service"));
        };
        let base = http::address(&service.base_url, &[])?;
        let tokens = auth::TokenSource::new(&connection.name, service, environment)?;
        let client = http::client(&base).map_err(|it| RemoteError::internal(&it.to_string()))?;
        Ok(Self { service: service.clone(), client, tokens })
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
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(RemoteError::cancelled()),
            answer = self.ask(request, sink) => answer,
        }
    }

    async fn ask(
        &self,
        request: &RemoteRequest<'_>,
        sink: &mut dyn FnMut(RemoteEvent),
    ) -> Result<RemoteSummary, RemoteError> {
        let service = &self.service;
        let call = match &service.api {
            Api::Defender => defender::call(&service.base_url, request.text)?,
            Api::Graph { version, .. } => graph::call(&service.base_url, version, request.text)?,
            other => return Err(RemoteError::internal(&format!("'{}' is not spoken yet", other.kind()))),
        };
        let token: Option<SecretString> =
            self.tokens.token(&mut Person::Shown(&mut |prompt| sink(RemoteEvent::SignIn(prompt)))).await?;
        let asked = Asked { session: self, call: &call, token: token.as_ref(), timeout: request.timeout };
        http::exchange(&asked, sink).await.map_err(|it| it.without(token.as_ref()))
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
