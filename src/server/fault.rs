//! Errors in the envelopes of the two services.

use std::hash::{BuildHasher as _, RandomState};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::answer::json_response;
use super::ask::Stopped;
use super::routes::Dialect;
use crate::kql::{Diagnostic, Severity};
use crate::result::datetime_cell;
use crate::run::{RunError, RunErrorKind};

/// A request that is not answered with rows.
pub(super) struct Fault {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl Fault {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
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
        match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "RequestTooLarge", "the request is longer than 2 MiB")
            }
            status => Self::new(status, "BadRequest", "the request could not be read"),
        }
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
            RunErrorKind::Query | RunErrorKind::Limit => {
                Self::new(StatusCode::BAD_REQUEST, "BadRequest", message_of(error, text))
            }
            RunErrorKind::Connection => Self::internal(&message_of(error, text)),
        }
    }

    /// In the envelope of the service.
    pub(super) fn response(&self, dialect: Dialect) -> Response {
        let mut error = json!({ "code": self.code, "message": self.message });
        match dialect {
            Dialect::Defender => error["target"] = Value::from(format!("|{:016x}-{:016x}.", random(), random())),
            Dialect::Graph(_) => {
                let id = guid();
                error["innerError"] = json!({ "date": now(), "request-id": id, "client-request-id": id });
            }
        }
        json_response(self.status, json!({ "error": error }))
    }
}

/// `<mistake> (line 2, column 7). <hint> Fix semantic errors in your query.`
fn message_of(error: &RunError, text: &str) -> String {
    let blocking = |it: &&Diagnostic| matches!(it.severity, Severity::Error | Severity::Refusal);
    let Some(first) = error.diagnostics.iter().find(blocking).or_else(|| error.diagnostics.first()) else {
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

fn guid() -> String {
    let (high, low) = (random(), random());
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
fn now() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let ticks = crate::kql::UNIX_EPOCH_TICKS + seconds as i64 * crate::kql::TICKS_PER_SECOND;
    datetime_cell(ticks).trim_end_matches('Z').to_owned()
}
