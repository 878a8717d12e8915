//! Errors as Log Analytics writes them: nested, the innermost with the place in the query.

use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::super::answer::json_response;
use super::super::ask::Stopped;
use super::super::fault::{blocking, guid, unreadable};
use super::super::place::{Place, clipped};
use crate::kql::Diagnostic;
use crate::result::{Truncation, cut_text};
use crate::run::{RunError, RunErrorKind};

/// A request that is not answered with rows.
#[derive(Debug)]
pub(super) struct LogAnalyticsFault {
    status: StatusCode,
    code: &'static str,
    message: String,
    inner: Option<Value>,
}

const INVALID: &str = "The request had some invalid properties";

impl LogAnalyticsFault {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), inner: None }
    }

    pub(super) fn bad_argument(message: &str) -> Self {
        let inner = json!({ "code": "InvalidArgument", "message": message });
        Self { inner: Some(inner), ..Self::new(StatusCode::BAD_REQUEST, "BadArgumentError", INVALID) }
    }

    pub(super) fn refused(what: &str) -> Self {
        Self::bad_argument(&format!("tallyho does not run {what} yet"))
    }

    pub(super) fn no_workspace(id: &str) -> Self {
        let message = format!("The workspace could not be found: '{}' is no workspace id", clipped(id));
        Self::new(StatusCode::NOT_FOUND, "WorkspaceNotFoundError", message)
    }

    pub(super) fn unreadable(rejection: &BytesRejection) -> Self {
        let (code, message) = unreadable(rejection, "BadArgumentError");
        Self::new(rejection.status(), code, message)
    }

    pub(super) fn internal(message: &str) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError", message)
    }

    pub(super) fn of_stopped(stopped: Stopped, text: &str) -> Self {
        match stopped {
            Stopped::Failed(error) => Self::of_run(&error, text),
            Stopped::Cancelled => Self::internal("the run was stopped"),
            Stopped::TimedOut(limit) => {
                let message = format!("the query ran longer than {} seconds", limit.as_secs_f64());
                let inner = json!({ "code": "GatewayTimeout", "message": message });
                let fault = Self::new(StatusCode::GATEWAY_TIMEOUT, "GatewayTimeout", "Gateway timeout");
                Self { inner: Some(inner), ..fault }
            }
        }
    }

    fn of_run(error: &RunError, text: &str) -> Self {
        let message = match &error.advice {
            Some(advice) => format!("{}. {advice}", error.message.trim_end_matches('.')),
            None => error.message.clone(),
        };
        match (error.kind, blocking(error)) {
            (RunErrorKind::Query, Some(first)) => {
                let inner = Some(of_diagnostic(first, text));
                Self { inner, ..Self::new(StatusCode::BAD_REQUEST, "BadArgumentError", INVALID) }
            }
            (RunErrorKind::Query | RunErrorKind::Limit | RunErrorKind::Quota, _) => Self::bad_argument(&message),
            (RunErrorKind::Connection, _) => Self::internal(&message),
        }
    }

    pub(super) fn response(&self) -> Response {
        let mut error = json!({ "message": self.message, "code": self.code, "correlationId": guid() });
        if let Some(inner) = &self.inner {
            error["innererror"] = inner.clone();
        }
        json_response(self.status, json!({ "error": error }))
    }
}

/// A mistake in the query, in the words of the analysis. Log Analytics places mistakes of syntax only.
fn of_diagnostic(found: &Diagnostic, text: &str) -> Value {
    let Place { line, position, token } = Place::of(found, text);
    let mut message = found.message.clone();
    if let Some(hint) = &found.hint {
        message = format!("{}. {hint}", message.trim_end_matches('.'));
    }
    match found.code.get(..3) {
        Some("SYN") => json!({
            "code": "SyntaxError",
            "message": "A recognition error occurred in the query.",
            "innererror": {
                "code": found.code,
                "message": format!("Query could not be parsed at '{token}' on line [{line},{position}]: {message}"),
                "line": line,
                "pos": position,
                "token": token,
            },
        }),
        Some("SEM") => json!({
            "code": "SemanticError",
            "message": "A semantic error occurred.",
            "innererror": { "code": found.code, "message": format!("{message} [{line},{position}]") },
        }),
        _ => json!({ "code": found.code, "message": message, "line": line, "pos": position, "token": token }),
    }
}

/// What stands beside rows of which some are missing.
pub(super) fn partial(cut: &Truncation) -> Value {
    json!({
        "code": "PartialError",
        "message": "There were some errors when processing your query.",
        "details": [{
            "code": "EngineError",
            "message": "Something went wrong processing your query on the server.",
            "innererror": {
                "code": "-2133196797",
                "message": cut_text(cut),
                "severity": 2,
                "severityName": "Error",
            },
        }],
    })
}
