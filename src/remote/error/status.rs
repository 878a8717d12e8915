//! Answers that are not 200: the services' error bodies, and what each status means to a hunter.

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, LOCATION, RETRY_AFTER};
use serde_json::Value;

use super::super::{Asked, Call};
use super::quota::wait_text;
use super::{RemoteError, RemoteErrorKind, host, token_advice};

/// How much of a service's words is quoted.
const MAX_QUOTE: usize = 600;

/// What an answer says that is not 200.
pub(in crate::remote) fn of_status(
    asked: &Asked<'_>,
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
) -> RemoteError {
    let call = asked.call;
    let said = Said::of(body);
    let code = status.as_u16();
    match code {
        300..400 => redirected(call, headers),
        400 => of_bad_request(&said),
        401 => unauthorized(asked, &said),
        403 => forbidden(call, &said),
        404 => RemoteError::connection(
            format!("there is no hunting API at {}{} (404){}", host(call), call.url.path(), said.tail()),
            "Check base_url and version of the connection.",
        ),
        408 | 504 => RemoteError::new(
            RemoteErrorKind::Limit,
            format!("{} took too long ({code}){}", call.api.name(), said.tail()),
            "Narrow the time range or filter earlier, and run again.",
        ),
        413 | 414 => RemoteError::new(
            RemoteErrorKind::Limit,
            format!("the query is too long for {} ({code}){}", call.api.name(), said.tail()),
            "Shorten the query, for example long lists of values.",
        ),
        429 => too_many(call, headers, &said),
        500..600 => RemoteError::connection(
            format!("{} failed ({code}){}", call.api.name(), said.tail()),
            "Run again in a moment; if it stays, narrow the time range. The query is untouched.",
        ),
        _ => RemoteError::connection(
            format!("{} answered with status {code}{}", host(call), said.tail()),
            "Check base_url of the connection.",
        ),
    }
}

/// A body that carries an error although its status was 200.
pub(in crate::remote) fn of_error_object(call: &Call, body: &Value) -> RemoteError {
    let said = Said::of_error(body);
    if said.message.is_empty() {
        return RemoteError::connection(format!("{} failed without saying why", call.api.name()), "Run again.");
    }
    of_bad_request(&said)
}

/// What the body of an error says.
#[derive(Debug, Default)]
struct Said {
    code: String,
    message: String,
}

impl Said {
    /// Reads the envelope of either service; of anything else the beginning, unless it is a web page.
    fn of(body: &[u8]) -> Self {
        if let Ok(value) = serde_json::from_slice::<Value>(body) {
            return Self::of_error(member(&value, "error").unwrap_or(&value));
        }
        let text = String::from_utf8_lossy(body);
        if text.trim_start().starts_with('<') {
            return Self { code: String::new(), message: "the answer is a web page".to_owned() };
        }
        Self { code: String::new(), message: quote(text.trim()) }
    }

    fn of_error(error: &Value) -> Self {
        if let Value::String(message) = error {
            return Self { code: String::new(), message: quote(message) };
        }
        let text = |value: &Value, name: &str| member(value, name).and_then(Value::as_str).unwrap_or("").to_owned();
        let inner = member(error, "innererror");
        let mut message = text(error, "message");
        if message.is_empty() {
            message = inner.map(|inner| text(inner, "message")).unwrap_or_default();
        }
        Self { code: text(error, "code"), message: quote(&message) }
    }

    /// `: what it says`, or nothing.
    fn tail(&self) -> String {
        match (self.message.as_str(), self.code.as_str()) {
            ("", "") => String::new(),
            ("", code) => format!(": {code}"),
            (message, _) => format!(": {}", message.trim_end_matches('.')),
        }
    }
}

/// A member of an object by its name in any case.
fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn quote(text: &str) -> String {
    match text.char_indices().nth(MAX_QUOTE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn redirected(call: &Call, headers: &HeaderMap) -> RemoteError {
    let place = headers.get(LOCATION).and_then(|it| it.to_str().ok()).unwrap_or("another address");
    RemoteError::connection(
        format!("{} sends the query on to {}; a token is not sent there", host(call), quote(place)),
        "If you trust that address, set it as base_url.",
    )
}

/// The query is wrong, or too expensive. The services end their messages with an advice of their own.
fn of_bad_request(said: &Said) -> RemoteError {
    if said.message.is_empty() {
        let code = if said.code.is_empty() { "bad request" } else { &said.code };
        return RemoteError::new(RemoteErrorKind::Query, format!("the service refused the query: {code}"), "Check it.");
    }
    let lower = said.message.to_ascii_lowercase();
    if lower.contains("exceeded the allowed") || lower.contains("exceeded the timeout") {
        return RemoteError::new(
            RemoteErrorKind::Limit,
            said.message.trim_end_matches('.'),
            "Narrow the time range, filter earlier, summarize, or take fewer rows and columns.",
        );
    }
    for kind in ["syntax", "semantic"] {
        if let Some(message) = said.message.strip_suffix(&format!(" Fix {kind} errors in your query.")) {
            let advice = format!("Fix the {kind} error in the query and run again.");
            return RemoteError::new(RemoteErrorKind::Query, message.trim_end_matches('.'), advice);
        }
    }
    RemoteError::new(RemoteErrorKind::Query, said.message.trim_end_matches('.'), "Change the query and run again.")
}

fn unauthorized(asked: &Asked<'_>, said: &Said) -> RemoteError {
    let what = match asked.token {
        Some(_) => "does not accept the token",
        None => "wants a token",
    };
    RemoteError::connection(
        format!("{} {what} (401){}", asked.call.api.name(), said.tail()),
        format!("{} The query is untouched.", token_advice(asked)),
    )
}

fn forbidden(call: &Call, said: &Said) -> RemoteError {
    let (application, delegated) = call.api.permissions();
    // The service names the roles it wants; they may be others than the documented ones.
    let wanted = said.message.split_once("required roles:").and_then(|(_, rest)| rest.split_once(", application"));
    let advice = match wanted {
        Some((roles, _)) => format!("An administrator grants {} to the application", roles.trim()),
        None if application == delegated => format!("An administrator grants {application}"),
        None => {
            format!("An administrator grants {application} to the application, or {delegated} for a signed-in user")
        }
    };
    RemoteError::connection(
        format!("the token may not hunt with {} (403){}", call.api.name(), said.tail()),
        format!("{advice}; then get a new token. The query is untouched."),
    )
}

fn too_many(call: &Call, headers: &HeaderMap, said: &Said) -> RemoteError {
    let retry_after = headers.get(RETRY_AFTER).and_then(|it| it.to_str().ok());
    let advice = match wait_text(retry_after, &said.message) {
        Some(wait) => format!("Run again in {wait}. The query is untouched."),
        None => "Run again in a minute or two. The query is untouched.".to_owned(),
    };
    let message = format!("the quota of {} is used up (429){}", call.api.name(), said.tail());
    RemoteError::new(RemoteErrorKind::Quota, message, advice)
}
