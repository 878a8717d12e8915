//! Kusto: queries go to `/v2/rest/query` or `/v1/rest/query`, commands to `/v1/rest/mgmt`. The body names the database,
//! the text (`csl`) and the properties of the request.
//!
//! Nothing that is sent may write: `request_readonly` is set, and of the commands only `.show` is let through.
//!
//! A time range becomes `query_datetimescope_from` and `query_datetimescope_to`. Kusto applies them to the one column
//! that `query_datetimescope_column` names and to nothing when that is not set, so all three are sent or none is.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::call::{Call, instant, now};
use super::error::RemoteError;
use super::{RemoteErrorKind, RemoteRequest, Shape, http};
use crate::config::Service;
use crate::kql::string_literal;

/// Kusto takes no longer time limit than this.
const LONGEST_SERVER_TIMEOUT: Duration = Duration::from_hours(1);

pub(super) fn call(
    service: &Service,
    database: &str,
    (v1, progressive): (bool, bool),
    request: &RemoteRequest<'_>,
) -> Result<Call, RemoteError> {
    if let Some(text) = command_of(request.text) {
        return show(service, database, &RemoteRequest { text: &text, ..*request });
    }
    let (version, shape) = if v1 { ("v1", Shape::KustoV1) } else { ("v2", Shape::KustoV2) };
    let url = http::address(&service.base_url, &[version, "rest", "query"])?;
    let mut options = options(request.timeout);
    if !v1 {
        options.insert("results_progressive_enabled".to_owned(), json!(progressive));
    }
    let mut notes = Vec::new();
    match (request.time_range, request.time_column) {
        (Some(range), Some(column)) => {
            let (from, to) = range.resolve(now());
            options.insert("query_datetimescope_column".to_owned(), json!(column));
            options.insert("query_datetimescope_from".to_owned(), json!(instant(from)));
            options.insert("query_datetimescope_to".to_owned(), json!(instant(to)));
        }
        (Some(range), None) => notes.push(format!(
            "The time range '{}' is not applied: Kusto applies it to one column for all tables, and the tables of this \
             query have no such column in common. Filter by time in the query.",
            range.words()
        )),
        (None, _) => {}
    }
    let body = body(database, request, options);
    let call = Call::post(&service.api, url, &body, shape).header("x-ms-readonly", "true");
    Ok(Call { notes, ..named(call, &client_request_id(request.request_id)) })
}

/// The command that a text is, if it is one: behind comments and blank lines it begins with a dot. Kusto wants the dot
/// first, so comments are left out; the lines stay where they are, for the places of mistakes.
fn command_of(text: &str) -> Option<String> {
    let mut rest = text.trim_start();
    while rest.starts_with("//") {
        rest = rest.split_once('\n').map_or("", |(_, rest)| rest).trim_start();
    }
    let n_lines = text[..text.len() - rest.len()].matches('\n').count();
    rest.starts_with('.').then(|| format!("{}{rest}", "\n".repeat(n_lines)))
}

/// A command that shows something. Any other is refused before anything is sent.
fn show(service: &Service, database: &str, request: &RemoteRequest<'_>) -> Result<Call, RemoteError> {
    let command = request.text.trim_start().trim_start_matches('.');
    let command = command.split(|it: char| !it.is_alphanumeric()).next().unwrap_or(command);
    if !command.eq_ignore_ascii_case("show") {
        return Err(RemoteError::new(
            RemoteErrorKind::Query,
            format!("tallyho sends no command but '.show', and this is '.{command}'"),
            "Run commands that change something with a tool made for it.",
        ));
    }
    let url = http::address(&service.base_url, &["v1", "rest", "mgmt"])?;
    let body = body(database, request, options(request.timeout));
    let call = Call::post(&service.api, url, &body, Shape::KustoV1).header("x-ms-readonly", "true");
    let mut call = named(call, &client_request_id(request.request_id));
    if request.time_range.is_some() {
        call.notes.push("The time range is not applied to a command.".to_owned());
    }
    Ok(call)
}

/// Asks for the tables of the database. The answer's one cell is JSON.
pub(super) fn schema_text(database: &str) -> String {
    let name = format!("[{}]", string_literal(database));
    format!(".show database {name} schema as json")
}

/// The call that stops a query which was sent under this name.
pub(super) fn stop_call(service: &Service, database: &str, request_id: &str) -> Result<Call, RemoteError> {
    let url = http::address(&service.base_url, &["v1", "rest", "mgmt"])?;
    let id = client_request_id(request_id);
    let csl = format!(".cancel query {}", string_literal(&id));
    let body = json!({ "db": database, "csl": csl });
    Ok(named(Call::post(&service.api, url, &body, Shape::KustoV1), &format!("{id}.cancel")))
}

/// As Microsoft advises it: application, activity, unique id.
fn client_request_id(request_id: &str) -> String {
    format!("tallyho.query;{request_id}")
}

fn named(call: Call, id: &str) -> Call {
    call.header("x-ms-client-request-id", id)
        .header("x-ms-app", "tallyho")
        .header("x-ms-client-version", concat!("tallyho:", env!("CARGO_PKG_VERSION")))
}

fn options(timeout: Duration) -> Map<String, Value> {
    let seconds = timeout.min(LONGEST_SERVER_TIMEOUT).as_secs().max(1);
    let clock = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    let mut options = Map::new();
    options.insert("servertimeout".to_owned(), json!(clock));
    options.insert("request_readonly".to_owned(), json!(true));
    options
}

fn body(database: &str, request: &RemoteRequest<'_>, options: Map<String, Value>) -> Value {
    let mut properties = Map::new();
    properties.insert("Options".to_owned(), Value::Object(options));
    if !request.parameters.is_empty() {
        let parameters: Map<String, Value> =
            request.parameters.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        properties.insert("Parameters".to_owned(), Value::Object(parameters));
    }
    properties.insert("ClientRequestId".to_owned(), json!(client_request_id(request.request_id)));
    json!({ "db": database, "csl": request.text, "properties": properties })
}
