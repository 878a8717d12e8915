//! Errors as Kusto writes them: an object that names its exceptions, for clients that ask for JSON, and a line of text
//! for those that do not.

use axum::body::Body;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::super::answer::json_response;
use super::super::ask::Stopped;
use super::super::fault::{blocking, guid, now_ticks};
use super::super::place::{Place, clipped};
use super::request::Ids;
use crate::kql::Diagnostic;
use crate::result::{Truncation, cut_text, datetime_text};
use crate::run::{RunError, RunErrorKind};

const INVALID: &str = "Request is invalid and cannot be executed.";
const BAD_REQUEST: &str = "Kusto.Data.Exceptions.KustoBadRequestException";
const SYNTAX: &str = "Kusto.Data.Exceptions.SyntaxException";
const SEMANTIC: &str = "Kusto.Data.Exceptions.SemanticException";
const NOT_FOUND: &str = "Kusto.Data.Exceptions.EntityNotFoundException";
const LIMITS: &str = "Kusto.Data.Exceptions.KustoServicePartialQueryFailureLimitsExceededException";
const TIMEOUT: &str = "Kusto.Data.Exceptions.KustoServiceTimeoutException";
const CANCELLED: &str = "Kusto.Data.Exceptions.KustoDataStreamException";
const UNAUTHORIZED: &str = "Kusto.Data.Exceptions.KustoUnauthorizedException";
const THROTTLED: &str = "Kusto.Data.Exceptions.KustoRequestThrottledException";
const INTERNAL: &str = "Kusto.Data.Exceptions.KustoServiceException";

/// A request that is not answered with rows.
#[derive(Debug)]
pub(super) struct KustoFault {
    status: StatusCode,
    code: &'static str,
    exception: &'static str,
    /// What happened, whole.
    description: String,
    /// The same request may be answered another time.
    is_transient: bool,
    inner: Option<Box<Inner>>,
}

/// What is wrong with the query itself.
#[derive(Debug)]
struct Inner {
    code: String,
    exception: &'static str,
    message: String,
    description: String,
    place: Option<Place>,
}

impl KustoFault {
    fn new(status: StatusCode, code: &'static str, exception: &'static str, description: impl Into<String>) -> Self {
        Self { status, code, exception, description: description.into(), is_transient: false, inner: None }
    }

    pub(super) fn bad_request(message: &str) -> Self {
        let description = format!("Request is invalid and cannot be processed: {message}");
        Self::new(StatusCode::BAD_REQUEST, "General_BadRequest", BAD_REQUEST, description)
    }

    pub(super) fn unreadable(rejection: &BytesRejection) -> Self {
        match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => {
                let description = "Request is invalid and cannot be processed: it is longer than 2 MiB";
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "General_RequestTooLarge", BAD_REQUEST, description)
            }
            status => Self::new(status, "General_BadRequest", BAD_REQUEST, "the request could not be read"),
        }
    }

    pub(super) fn internal(message: &str) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "General_InternalServerError", INTERNAL, message)
    }

    pub(super) fn no_entity(kind: &str, name: &str) -> Self {
        let name = clipped(name);
        let description = format!("Bad request: Entity ID '{name}' of kind '{kind}' was not found.");
        Self::new(StatusCode::BAD_REQUEST, "BadRequest_EntityNotFound", NOT_FOUND, description)
    }

    pub(super) fn no_database(name: &str, own: &str) -> Self {
        let mut fault = Self::no_entity("Database", name);
        fault.description = format!("{} The database here is '{own}'.", fault.description);
        fault
    }

    /// Whatever a command would change.
    pub(super) fn read_only(command: &str) -> Self {
        let command = clipped(command);
        Self::bad_request(&format!("tallyho does not run '{command}': its data are read-only"))
    }

    pub(super) fn not_a_command(text: &str) -> Self {
        Self::syntax(text, 0, "Admin commands must have a dot (.) character as their first non-whitespace character")
    }

    pub(super) fn not_a_query(text: &str) -> Self {
        let at = text.len() - text.trim_start().len();
        Self::syntax(text, at, "a command begins with a dot and is sent to /v1/rest/mgmt")
    }

    /// A mistake that reading a command found.
    pub(super) fn syntax(text: &str, at: usize, message: &str) -> Self {
        Self::of_diagnostic(&Diagnostic::error("SYN0002", at..at, message), text)
    }

    /// Rows are missing from a result.
    pub(super) fn cut(cut: &Truncation) -> Self {
        let description = format!("Query execution has exceeded the allowed limits (80DA0003): {}.", cut_text(cut));
        Self { is_transient: true, ..Self::new(StatusCode::BAD_REQUEST, "LimitsExceeded", LIMITS, description) }
    }

    pub(super) fn of_stopped(stopped: Stopped, text: &str) -> Self {
        match stopped {
            Stopped::Failed(error) => Self::of_run(&error, text),
            Stopped::Cancelled => {
                let description = "Query execution has resulted in error (0x80DA0006): Query was cancelled.";
                Self::new(StatusCode::BAD_REQUEST, "General_QueryCanceled", CANCELLED, description)
            }
            Stopped::TimedOut(limit) => {
                let description = format!(
                    "Request aborted due to timeout: Query is expired (E_QUERY_CANCELLED, 0x80DA0006) after {} seconds.",
                    limit.as_secs_f64()
                );
                let fault = Self::new(StatusCode::GATEWAY_TIMEOUT, "General_RequestTimeout", TIMEOUT, description);
                Self { is_transient: true, ..fault }
            }
        }
    }

    fn of_run(error: &RunError, text: &str) -> Self {
        let message = match &error.advice {
            Some(advice) => format!("{}. {advice}", error.message.trim_end_matches('.')),
            None => error.message.clone(),
        };
        match (error.kind, blocking(error)) {
            (RunErrorKind::Query, Some(first)) => Self::of_diagnostic(first, text),
            (RunErrorKind::Query, None) => Self::bad_request(&message),
            (RunErrorKind::Limit | RunErrorKind::Quota, _) => {
                let description = format!("Query execution has exceeded the allowed limits (80DA0001): {message}");
                Self { is_transient: true, ..Self::new(StatusCode::BAD_REQUEST, "LimitsExceeded", LIMITS, description) }
            }
            (RunErrorKind::Connection, _) => Self::internal(&message),
        }
    }

    /// A mistake in the query, in the words of the analysis.
    fn of_diagnostic(found: &Diagnostic, text: &str) -> Self {
        let place = Place::of(found, text);
        let at = format!("[line:position={}:{}]", place.line, place.position);
        let mut message = found.message.clone();
        if let Some(hint) = &found.hint {
            message = format!("{}. {hint}", message.trim_end_matches('.'));
        }
        let (code, exception, description, inner, place) = match found.code.get(..3) {
            Some("SYN") => (
                "BadRequest_SyntaxError",
                SYNTAX,
                format!(
                    "Syntax error: Query could not be parsed: {}: {message} {at}. Query: '{}'",
                    found.code,
                    clipped(text)
                ),
                format!("Syntax error: {}: {message} {at}. Query: '{}'", found.code, clipped(text)),
                Some(place),
            ),
            Some("SEM") => {
                let description = format!("Semantic error: {}: {message} {at}", found.code);
                ("General_BadRequest", SEMANTIC, description.clone(), description, None)
            }
            _ => {
                let description = format!("Request is invalid and cannot be processed: {message} {at}");
                ("General_BadRequest", BAD_REQUEST, description.clone(), description, Some(place))
            }
        };
        let inner = Inner { code: found.code.to_owned(), exception, message, description: inner, place };
        Self { inner: Some(Box::new(inner)), ..Self::new(StatusCode::BAD_REQUEST, code, exception, description) }
    }

    /// `{"error": …}`
    pub(super) fn json(&self, ids: &Ids) -> Value {
        let context = context(ids);
        let mut error = json!({
            "code": self.code,
            "message": INVALID,
            "@type": self.exception,
            "@message": self.description,
            "@context": context,
            "@permanent": !self.is_transient,
        });
        if let Some(inner) = &self.inner {
            let place = inner.place.as_ref();
            error["innererror"] = json!({
                "code": inner.code,
                "message": inner.message,
                "@type": inner.exception,
                "@message": inner.description,
                "@context": context,
                "@permanent": !self.is_transient,
                "@line": place.map(|it| it.line.to_string()),
                "@pos": place.map(|it| it.position.to_string()),
                "@token": place.map(|it| it.token.as_str()),
                "@errorCode": inner.code,
                "@errorMessage": inner.message,
            });
        }
        json!({ "error": error })
    }

    pub(super) fn response(&self, ids: &Ids, as_json: bool) -> Response {
        if as_json {
            return json_response(self.status, self.json(ids));
        }
        let mut response = Response::new(Body::from(self.description.clone()));
        *response.status_mut() = self.status;
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        response
    }
}

/// The error of a request that did not come as far as its API: without a token, too often, too long.
pub(in super::super) fn outer_error(status: StatusCode, code: &'static str, message: &str) -> Value {
    let exception = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => UNAUTHORIZED,
        StatusCode::TOO_MANY_REQUESTS => THROTTLED,
        StatusCode::GATEWAY_TIMEOUT => TIMEOUT,
        StatusCode::INTERNAL_SERVER_ERROR => INTERNAL,
        _ => BAD_REQUEST,
    };
    let is_transient = matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::GATEWAY_TIMEOUT);
    let fault = KustoFault { is_transient, ..KustoFault::new(status, code, exception, message) };
    let activity_id = guid();
    let ids = Ids { client_request_id: format!("unspecified;{activity_id}"), activity_id };
    let mut body = fault.json(&ids);
    body["error"].take()
}

/// Which request this was, and where it was answered.
fn context(ids: &Ids) -> Map<String, Value> {
    let (client, activity) = (ids.client_request_id.as_str(), ids.activity_id.as_str());
    let context = json!({
        "timestamp": datetime_text(now_ticks()),
        "serviceAlias": "TALLYHO",
        "machineName": "localhost",
        "processName": "tallyho",
        "processId": std::process::id(),
        "threadId": 0,
        "clientRequestId": client,
        "activityId": activity,
        "subActivityId": activity,
        "activityType": "Tallyho.ExecuteQuery",
        "parentActivityId": activity,
        "activityStack": format!("(Activity stack: CRID={client} ARID={activity})"),
    });
    match context {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// A query that stands for a command has its places moved: behind `from` bytes of ours the client's text begins at
/// `to`. What lies before is the command itself.
pub(super) fn move_places(stopped: &mut Stopped, from: usize, to: usize) {
    if let Stopped::Failed(error) = stopped {
        for found in &mut error.diagnostics {
            let moved = |at: usize| at.checked_sub(from).map_or(0, |at| at + to);
            found.span = moved(found.span.start)..moved(found.span.end);
        }
    }
}
