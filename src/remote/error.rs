//! What can go wrong with a service, in words: what happened, and what to do about it.

mod said;
mod status;
mod table;
mod transport;
mod wait;

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::Asked;
use super::call::Call;
use super::decode::DecodeError;
use crate::config::SignInMethod;

pub use said::Place;
pub(super) use said::one_line;
pub(super) use status::of_status;
pub(super) use transport::{of_broken_body, of_transport, unreachable};

/// A query that a service did not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RemoteError {
    pub kind: RemoteErrorKind,
    /// What happened: one sentence. It may quote the service and is as hostile as any data.
    pub message: String,
    /// What to do: one sentence.
    pub advice: String,
    /// When the service says that it will answer again, after this long.
    pub retry_after: Option<Duration>,
    /// Where in the query the mistake is, as far as the service says it.
    pub place: Option<Place>,
}

/// Who has to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemoteErrorKind {
    /// The query has a mistake.
    Query,
    /// A limit on rows, size or time.
    Limit,
    /// A quota is used up: the same query is answered later (429).
    Quota,
    /// The address, the token, the network or the service.
    Connection,
    /// Stopped on request.
    Cancelled,
    /// A fault of ours.
    Internal,
}

/// Bytes below which a token is no secret, but may be part of any word.
const SHORTEST_SECRET: usize = 8;

impl RemoteError {
    pub(super) fn new(kind: RemoteErrorKind, message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { kind, message: message.into(), advice: advice.into(), retry_after: None, place: None }
    }

    pub(super) fn connection(message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::new(RemoteErrorKind::Connection, message, advice)
    }

    /// With the token taken out: a proxy may send back the whole request, and errors are shown, kept and pasted.
    pub(super) fn without(mut self, token: Option<&SecretString>) -> Self {
        if let Some(token) = token.map(ExposeSecret::expose_secret).filter(|it| it.len() >= SHORTEST_SECRET) {
            self.message = self.message.replace(token, "[token]");
            self.advice = self.advice.replace(token, "[token]");
        }
        self
    }

    pub(super) fn internal(message: &str) -> Self {
        Self::new(RemoteErrorKind::Internal, format!("internal error: {message}"), "Please report it.")
    }

    pub(super) fn cancelled() -> Self {
        Self::new(RemoteErrorKind::Cancelled, "stopped", "The service may finish the query by itself.")
    }
}

pub(super) fn bad_address(base_url: &str, why: &str) -> RemoteError {
    RemoteError::connection(
        format!("the address '{base_url}' cannot be used: {why}"),
        "Set base_url of the connection to an https address, or an http address on this machine.",
    )
}

pub(super) fn malformed_token(asked: &Asked<'_>) -> RemoteError {
    let empty = asked.token.is_some_and(|token| token.expose_secret().is_empty());
    let what = if empty { "is empty" } else { "holds characters that no token has" };
    RemoteError::connection(format!("the token in {} {what}", asked.session.tokens.place()), token_advice(asked))
}

fn token_advice(asked: &Asked<'_>) -> String {
    let tokens = &asked.session.tokens;
    match asked.session.service.sign_in.method {
        SignInMethod::None => return "Set sign_in of the connection.".to_owned(),
        // A renewed token was tried already.
        _ if tokens.can_renew() => {
            return "Sign in again; if it stays, an administrator looks at this sign-in.".to_owned();
        }
        _ => {}
    }
    format!("Put a new bearer token into {} and start Tallyho again.", tokens.place())
}

pub(super) fn too_long(call: &Call) -> RemoteError {
    RemoteError::new(
        RemoteErrorKind::Limit,
        format!("the answer of {} is longer than any answer of a hunting service", host(call)),
        "Check base_url; if it is right, ask for fewer rows or columns.",
    )
}

/// The body is not what the service should answer.
pub(super) fn of_decoding(asked: &Asked<'_>, error: &DecodeError) -> RemoteError {
    let host = host(asked.call);
    match error {
        DecodeError::Cut { n_rows } => RemoteError::connection(
            format!("the answer of {host} ends in the middle, after {n_rows} rows"),
            "Run again. Rows that had arrived are not the whole answer.",
        ),
        DecodeError::WebPage => RemoteError::connection(
            format!("{host} answered with a web page and not with rows"),
            "Check base_url; a proxy or a sign-in page may stand in between.",
        ),
        DecodeError::Malformed(why) => RemoteError::connection(
            format!("the answer of {host} cannot be understood: {why}"),
            "Check that base_url is the address of a hunting service.",
        ),
        DecodeError::Service(body) => status::of_error_object(asked, body),
        DecodeError::Stopped => RemoteError::internal("the decoder of the answer stopped"),
    }
}

/// The host, and the port if it is not the usual one.
fn host(call: &Call) -> String {
    let host = call.url.host_str().unwrap_or("the service");
    call.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}
