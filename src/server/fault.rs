//! Errors in the envelopes of the two services.

use std::hash::{BuildHasher as _, RandomState};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

use super::answer::json_response;
use super::ask::Stopped;
use super::family::Family;
use super::kusto;
use super::quota::Refused;
use super::routes::Dialect;
use crate::kql::{Diagnostic, Severity};
use crate::result::datetime_cell;
use crate::run::{RunError, RunErrorKind};

/// What the services say of a query that took too much, and of one that gave too much.
const PREEMPTED: &str = "Query execution has exceeded the allowed limits. The query execution was preempted. This could \
    possibly be due to high CPU and/or memory resource consumption. Optimize your query by following best practices and \
    try again.";
const TOO_LARGE: &str = "Query execution has exceeded the allowed result size. Optimize your query by limiting the number \
    of results and try again";

/// A request that is not answered with rows.
pub(super) struct Fault {
    status: StatusCode,
    code: &'static str,
    message: String,
    /// For whoever has to wait, or to show another token.
    headers: Vec<(HeaderName, String)>,
    /// Members that Graph puts into its inner error besides.
    inner: Option<Box<Value>>,
}

impl Fault {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), headers: Vec::new(), inner: None }
    }

    /// A token that is missing or that does not count: `error` as RFC 6750 names it.
    pub(super) fn unauthorized(code: &'static str, message: &str, challenge: String) -> Self {
        let mut fault = Self::new(StatusCode::UNAUTHORIZED, code, message);
        fault.headers.push((header::WWW_AUTHENTICATE, challenge));
        fault
    }

    pub(super) fn forbidden(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, message)
    }

    /// The quota is used up. Graph has a form of its own for calls that come too often.
    pub(super) fn throttled(refused: &Refused, family: Family) -> Self {
        let is_calls = matches!(refused, Refused::Calls { .. });
        let (code, message) = match family {
            Family::Graph(_) if is_calls => ("TooManyRequests", "Please retry again later.".to_owned()),
            Family::Defender | Family::Mde if is_calls => ("429", refused.message()),
            _ => ("TooManyRequests", refused.message()),
        };
        let mut fault = Self::new(StatusCode::TOO_MANY_REQUESTS, code, message);
        fault.headers.push((header::RETRY_AFTER, refused.seconds().to_string()));
        if is_calls {
            fault.inner = Some(Box::new(json!({ "code": "429", "message": "Please retry after", "status": "429" })));
        }
        fault
    }

    /// The limit on the time of one request.
    pub(super) fn out_of_time(family: Family) -> Self {
        match family {
            Family::Defender | Family::Mde => Self::new(StatusCode::BAD_REQUEST, "BadRequest", PREEMPTED),
            _ => Self::new(StatusCode::GATEWAY_TIMEOUT, "UnknownError", ""),
        }
    }

    /// The limit on the bytes of an answer.
    pub(super) fn too_much() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BadRequest", TOO_LARGE)
    }

    pub(super) fn too_long(limit: usize) -> Self {
        let message = format!("the request is longer than {} KiB", limit >> 10);
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "RequestTooLarge", message)
    }

    pub(super) fn slow_body(limit: Duration) -> Self {
        let message = format!("the request's body did not arrive within {} seconds", limit.as_secs_f64());
        Self::new(StatusCode::REQUEST_TIMEOUT, "RequestTimeout", message)
    }

    pub(super) fn no_login() -> Self {
        Self::new(StatusCode::NOT_FOUND, "NotFound", "the login server runs with --auth entra only")
    }

    /// Too many large bodies are held at once.
    pub(super) fn no_room() -> Self {
        let message = "too many large requests at once; try again in a second";
        let mut fault = Self::new(StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable", message);
        fault.headers.push((header::RETRY_AFTER, "1".to_owned()));
        fault
    }

    pub(super) fn cut_body() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BadRequest", "the request could not be read")
    }

    pub(super) fn bad_body(message: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "InvalidRequestBody", format!("Request body is incorrect: {message}"))
    }

    pub(super) fn missing(message: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "MissingRequiredParameter", message)
    }

    pub(super) fn refused(message: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BadRequest", message)
    }

    pub(super) fn unreadable(rejection: &BytesRejection) -> Self {
        let (code, message) = unreadable(rejection, "BadRequest");
        Self::new(rejection.status(), code, message)
    }

    pub(super) fn unknown_path(path: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NotFound", format!("there is nothing at {path}; GET / lists what there is"))
    }

    pub(super) fn wrong_method(path: &str) -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "MethodNotAllowed",
            format!("{path} does not answer this method; GET / lists what there is"),
        )
    }

    pub(super) fn foreign_host() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "Forbidden",
            "only requests to localhost, 127.0.0.1 or [::1], and from pages of this machine, are answered",
        )
    }

    pub(super) fn internal(message: &str) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError", message)
    }

    /// A run without rows.
    pub(super) fn of_stopped(stopped: Stopped, text: &str) -> Self {
        match stopped {
            Stopped::Failed(error) => Self::of_run(&error, text),
            Stopped::Cancelled => Self::internal("the run was stopped"),
            Stopped::TimedOut(_) => Self::new(StatusCode::GATEWAY_TIMEOUT, "UnknownError", ""),
        }
    }

    /// A run that failed. Mistakes in the query are 400, as both services say them, and name their place besides.
    fn of_run(error: &RunError, text: &str) -> Self {
        match error.kind {
            RunErrorKind::Query | RunErrorKind::Limit | RunErrorKind::Quota => {
                Self::new(StatusCode::BAD_REQUEST, "BadRequest", message_of(error, text))
            }
            RunErrorKind::Connection => Self::internal(&message_of(error, text)),
        }
    }

    /// In the envelope of the service.
    pub(super) fn response(&self, dialect: Dialect) -> Response {
        let mut error = json!({ "code": self.code, "message": self.message });
        match dialect {
            Dialect::Kusto => error = kusto::outer_error(self.status, self.code, &self.message),
            Dialect::LogAnalytics => {
                error = json!({ "message": self.message, "code": self.code, "correlationId": guid() });
            }
            Dialect::Defender => error["target"] = Value::from(format!("|{:016x}-{:016x}.", random(), random())),
            Dialect::Graph(_) => {
                let id = guid();
                error["innerError"] = json!({ "date": now_seconds(), "request-id": id, "client-request-id": id });
            }
        }
        if let (Dialect::Graph(_), Some(Value::Object(inner))) = (dialect, self.inner.as_deref()) {
            for (key, value) in inner {
                error["innerError"][key] = value.clone();
            }
        }
        let mut response = json_response(self.status, json!({ "error": error }));
        for (name, value) in &self.headers {
            if let Ok(value) = HeaderValue::from_str(value) {
                response.headers_mut().insert(name.clone(), value);
            }
        }
        response
    }
}

/// `<mistake> (line 2, column 7). <hint> Fix semantic errors in your query.`
fn message_of(error: &RunError, text: &str) -> String {
    let Some(first) = blocking(error) else {
        return match &error.advice {
            Some(advice) => format!("{}. {advice}", error.message.trim_end_matches('.')),
            None => error.message.clone(),
        };
    };
    let (line, column) = place(text, first.span.start);
    let mut message = format!("{} (line {line}, column {column})", first.message);
    if let Some(hint) = &first.hint {
        message.push_str(". ");
        message.push_str(hint);
    }
    match first.code.get(..3) {
        Some("SYN") => message.push_str(". Fix syntax errors in your query."),
        Some("SEM") => message.push_str(". Fix semantic errors in your query."),
        _ => {}
    }
    message
}

/// Code and message of a body that could not be read, under the API's code for what is wrong with a request.
pub(super) fn unreadable(rejection: &BytesRejection, bad_request: &'static str) -> (&'static str, &'static str) {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ("RequestTooLarge", "the request is longer than 2 MiB"),
        _ => (bad_request, "the request could not be read"),
    }
}

/// The mistake that speaks for all.
pub(super) fn blocking(error: &RunError) -> Option<&Diagnostic> {
    let is_blocking = |it: &&Diagnostic| matches!(it.severity, Severity::Error | Severity::Refusal);
    error.diagnostics.iter().find(is_blocking).or_else(|| error.diagnostics.first())
}

/// Line and column of a byte offset, both counted from 1, columns in characters.
fn place(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

/// Every hasher has keys of its own, which is random enough for a number that only tells requests apart.
fn random() -> u64 {
    RandomState::new().hash_one(0_u8)
}

pub(super) fn guid() -> String {
    guid_from(random(), random())
}

/// The same one for the same name, on every machine.
pub(super) fn guid_of(name: &str) -> String {
    let hash =
        |seed: u64| name.bytes().fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    guid_from(hash(0xcbf2_9ce4_8422_2325), hash(0x6c62_272e_07bb_0142))
}

fn guid_from(high: u64, low: u64) -> String {
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xFFFF,
        high & 0xFFF,
        low >> 48 & 0x3FFF | 0x8000,
        low & 0xFFFF_FFFF_FFFF
    )
}

/// Whole seconds without a zone, as Graph writes the date of an error.
pub(super) fn now_seconds() -> String {
    let ticks = now_ticks();
    datetime_cell(ticks - ticks % crate::kql::TICKS_PER_SECOND).trim_end_matches('Z').to_owned()
}

/// The system's clock, in ticks.
pub(super) fn now_ticks() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    crate::kql::UNIX_EPOCH_TICKS + (since_epoch.as_nanos() / 100) as i64
}
