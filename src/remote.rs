//! The two hunting services over HTTP: send a query, decode the answer as it arrives.
//!
//! A query is sent as it was typed; what the service says about it counts, not what Tallyho thinks of it. An answer of
//! either service becomes the columns and record batches that a local run has. Whatever goes wrong is said in words:
//! what happened, and what to do.

mod decode;
mod defender;
mod error;
mod graph;
mod http;

use std::time::Duration;

use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use crate::config::ConnectionKind;
use crate::result::{RunStats, Truncation};

pub use decode::{DecodeError, Decoded, Emit, RemoteEvent, Shape, decode};
pub use error::{RemoteError, RemoteErrorKind};

/// A query for a service.
pub struct RemoteRequest<'a> {
    /// Of kind `Defender` or `Graph`.
    pub kind: &'a ConnectionKind,
    /// Never logged and never part of an error.
    pub token: Option<&'a SecretString>,
    pub text: &'a str,
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

/// What is asked for where, and what the service calls its permission.
struct Call {
    url: reqwest::Url,
    body: String,
    service: Service,
}

impl Call {
    fn shape(&self) -> Shape {
        Shape::Hunting { graph: self.service == Service::Graph }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Service {
    Defender,
    Graph,
}

impl Service {
    fn name(self) -> &'static str {
        match self {
            Self::Defender => "Defender",
            Self::Graph => "Microsoft Graph",
        }
    }

    /// What a token needs: as an application, and on behalf of a user.
    fn permissions(self) -> (&'static str, &'static str) {
        match self {
            Self::Defender => ("AdvancedHunting.Read.All", "AdvancedHunting.Read"),
            Self::Graph => ("ThreatHunting.Read.All", "ThreatHunting.Read.All"),
        }
    }
}

/// Longest time to wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest time for the whole exchange: the services stop a query after this or earlier.
const REQUEST_TIMEOUT: Duration = Duration::from_mins(10);

/// Sends the query and calls `sink` with the columns and then the rows as they arrive. Ends at once when cancelled.
pub async fn query(
    request: &RemoteRequest<'_>,
    cancel: &CancellationToken,
    sink: &mut dyn FnMut(RemoteEvent),
) -> Result<RemoteSummary, RemoteError> {
    let call = match request.kind {
        ConnectionKind::Defender { base_url, .. } => defender::call(base_url, request.text)?,
        ConnectionKind::Graph { base_url, version, .. } => graph::call(base_url, version, request.text)?,
        ConnectionKind::Lab | ConnectionKind::Files { .. } => {
            return Err(RemoteError::internal("this connection is no service"));
        }
    };
    tokio::select! {
        biased;
        () = cancel.cancelled() => Err(RemoteError::cancelled()),
        answer = http::exchange(&call, request, sink) => answer.map_err(|it| it.without(request.token)),
    }
}
