//! What can go wrong with a service, in words: what happened, and what to do about it.

mod quota;
mod status;

use std::error::Error as _;
use std::io;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::decode::DecodeError;
use super::{Asked, CONNECT_TIMEOUT, Call};

pub(super) use status::of_status;

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
        Self { kind, message: message.into(), advice: advice.into(), retry_after: None }
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
    format!("Put a new bearer token into {} and start Tallyho again.", asked.session.tokens.place())
}

/// The request did not get through.
pub(super) fn of_transport(asked: &Asked<'_>, error: &reqwest::Error) -> RemoteError {
    let host = host(asked.call);
    if error.is_timeout() {
        return timed_out(asked, error.is_connect());
    }
    let (what, advice) = unreachable(&host, "base_url", error);
    RemoteError::connection(what, format!("{advice} The query is untouched."))
}

/// Why nothing came from a host, and what to do; `setting` names the key of the configuration that holds its address.
pub(super) fn unreachable(host: &str, setting: &str, error: &reqwest::Error) -> (String, String) {
    let (what, advice) = match Cause::of(error) {
        Cause::Refused => {
            (format!("{host} refuses the connection"), format!("Check {setting}, and that the service runs there."))
        }
        Cause::Name => (format!("there is no host {host}"), format!("Check {setting} and the network.")),
        Cause::Tls(why) => (
            format!("no safe connection to {host}: {why}"),
            format!("Check {setting}, the clock of this machine, and its certificates if a proxy opens the traffic."),
        ),
        Cause::Broken => (format!("{host} broke off the connection"), "Run again.".to_owned()),
        Cause::Other(why) => (format!("{host} cannot be reached: {why}"), format!("Check {setting} and the network.")),
    };
    (what, advice)
}

/// The body did not arrive whole.
pub(super) fn of_broken_body(asked: &Asked<'_>, error: &reqwest::Error) -> RemoteError {
    if error.is_timeout() {
        return timed_out(asked, false);
    }
    RemoteError::connection(
        format!("the answer of {} broke off: {}", host(asked.call), Cause::of(error).text()),
        "Run again. Rows that had arrived are not the whole answer.",
    )
}

pub(super) fn too_long(call: &Call) -> RemoteError {
    RemoteError::new(
        RemoteErrorKind::Limit,
        format!("the answer of {} is longer than any answer of a hunting service", host(call)),
        "Check base_url; if it is right, ask for fewer rows or columns.",
    )
}

/// The body is not what the service should answer.
pub(super) fn of_decoding(call: &Call, error: &DecodeError) -> RemoteError {
    let host = host(call);
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
        DecodeError::Service(body) => status::of_error_object(call, body),
        DecodeError::Stopped => RemoteError::internal("the decoder of the answer stopped"),
    }
}

fn timed_out(asked: &Asked<'_>, connecting: bool) -> RemoteError {
    let host = host(asked.call);
    if connecting {
        return RemoteError::connection(
            format!("{host} did not answer within {} seconds", CONNECT_TIMEOUT.as_secs()),
            "Check base_url, the network and its proxy. The query is untouched.",
        );
    }
    RemoteError::new(
        RemoteErrorKind::Limit,
        format!("{host} did not finish within {} seconds", asked.timeout.as_secs()),
        "Narrow the time range or filter earlier, and run again.",
    )
}

/// The host, and the port if it is not the usual one.
fn host(call: &Call) -> String {
    let host = call.url.host_str().unwrap_or("the service");
    call.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Why a connection failed, as far as it can be told.
enum Cause {
    Refused,
    Name,
    Tls(String),
    Broken,
    Other(String),
}

impl Cause {
    /// Looks through the chain of causes; the innermost one is the plainest.
    fn of(error: &reqwest::Error) -> Self {
        let mut innermost = String::new();
        let mut source = error.source();
        while let Some(error) = source {
            innermost = error.to_string();
            if let Some(kind) = error.downcast_ref::<io::Error>().map(io::Error::kind) {
                match kind {
                    io::ErrorKind::ConnectionRefused => return Self::Refused,
                    io::ErrorKind::ConnectionReset
                    | io::ErrorKind::ConnectionAborted
                    | io::ErrorKind::BrokenPipe
                    | io::ErrorKind::UnexpectedEof => return Self::Broken,
                    _ => {}
                }
            }
            let text = innermost.to_ascii_lowercase();
            if text.contains("dns error") || text.contains("failed to lookup") {
                return Self::Name;
            }
            if text.contains("corrupt message") {
                return Self::Tls("it does not speak https there".to_owned());
            }
            if text.contains("certificate") || text.contains("handshake") {
                return Self::Tls(innermost);
            }
            if text.contains("connection closed") || text.contains("incomplete message") {
                return Self::Broken;
            }
            source = error.source();
        }
        Self::Other(if innermost.is_empty() { "no reason is given".to_owned() } else { innermost })
    }

    fn text(&self) -> &str {
        match self {
            Self::Refused => "the connection was refused",
            Self::Name => "its name was not found",
            Self::Broken => "the connection was closed",
            Self::Tls(why) | Self::Other(why) => why,
        }
    }
}
