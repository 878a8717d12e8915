//! The query API of Log Analytics, and the schema of its workspace.
//!
//! There is one workspace. Its name is that of the connection, and every workspace id is taken for it, so that a
//! program that was set up for a workspace of its own can be tried without being set up anew.

mod fault;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::{Map, Value, json};

use self::fault::LogAnalyticsFault;
use super::ServerState;
use super::answer::{Cost, json_response};
use super::ask::{Asked, run};
use crate::config::TimeRange;
use crate::result::{LogAnalyticsEnvelope, parse_guid, write_log_analytics};
use crate::schema::write_log_analytics_metadata;

type Shared = State<Arc<ServerState>>;
type Read = Result<Bytes, BytesRejection>;

/// Queries of one batch, as the service has it.
const MAX_BATCH: usize = 100;
const PREFER: HeaderName = HeaderName::from_static("prefer");
const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
/// How long a query may run when the client says nothing, and at most.
const WAIT: Duration = Duration::from_mins(3);
const LONGEST_WAIT: Duration = Duration::from_mins(10);

pub(super) fn routes() -> Router<Arc<ServerState>> {
    Router::new()
        .route("/v1/workspaces/{id}/query", post(query).get(query_of_address))
        .route("/v1/workspaces/{id}/metadata", get(metadata).post(metadata))
        .route("/v1/$batch", post(batch))
}

/// What is asked, wherever it stood.
#[derive(Debug, Default)]
struct Request {
    query: Option<String>,
    time_range: Option<TimeRange>,
    workspaces: Vec<String>,
}

async fn query(state: Shared, Path(id): Path<String>, headers: HeaderMap, body: Read) -> Response {
    let request = Request::of_body(body);
    answer(&state, &id, &headers, request).await.unwrap_or_else(|fault| fault.response())
}

async fn query_of_address(
    state: Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
    RawQuery(address): RawQuery,
) -> Response {
    let request = Request::of_address(address.as_deref());
    answer(&state, &id, &headers, request).await.unwrap_or_else(|fault| fault.response())
}

async fn metadata(State(state): Shared, Path(id): Path<String>) -> Response {
    match check_workspace(&state, &id) {
        Ok(()) => json_response(StatusCode::OK, write_log_analytics_metadata(&state.connection.schema())),
        Err(fault) => fault.response(),
    }
}

/// Several queries in one request, answered one after the other; each has a status of its own.
async fn batch(State(state): Shared, body: Read) -> Response {
    match answer_batch(&state, body).await {
        Ok(response) => response,
        Err(fault) => fault.response(),
    }
}

async fn answer_batch(state: &ServerState, body: Read) -> Result<Response, LogAnalyticsFault> {
    let members = members(body)?;
    let Some(Value::Array(requests)) = members.get("requests") else {
        return Err(LogAnalyticsFault::bad_argument("'requests' is missing: a list of queries"));
    };
    if requests.len() > MAX_BATCH {
        return Err(LogAnalyticsFault::bad_argument(&format!("'requests' has more than {MAX_BATCH} queries")));
    }
    let mut total = Cost { rows: 0, cpu: None };
    let mut answers = Vec::with_capacity(requests.len());
    for request in requests {
        let answer = answer_one(state, request).await.unwrap_or_else(|fault| fault.response());
        if let Some(cost) = answer.extensions().get::<Cost>() {
            total.rows += cost.rows;
            total.cpu = Some(total.cpu.unwrap_or_default() + cost.cpu.unwrap_or_default());
        }
        let (parts, body) = answer.into_parts();
        // The body is in memory already, and is JSON of ours: it is put in as it is.
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
        let (id, status, body) = (&request["id"], parts.status.as_u16(), String::from_utf8_lossy(&body));
        let headers = json!({ "Content-Type": "application/json; charset=utf-8" });
        answers.push(format!("{{\"id\":{id},\"status\":{status},\"headers\":{headers},\"body\":{body}}}"));
    }
    let mut response = Response::new(Body::from(format!("{{\"responses\":[{}]}}", answers.join(","))));
    response.extensions_mut().insert(total);
    response.headers_mut().insert(header::CONTENT_TYPE, JSON);
    Ok(response)
}

/// `{"id": …, "workspace": …, "path": "/query", "method": "POST", "headers": {…}, "body": {…}}`
async fn answer_one(state: &ServerState, request: &Value) -> Result<Response, LogAnalyticsFault> {
    let text = |name: &str| request[name].as_str().unwrap_or("");
    if !text("path").eq_ignore_ascii_case("/query") || !text("method").eq_ignore_ascii_case("post") {
        return Err(LogAnalyticsFault::refused("another request than POST /query in a batch"));
    }
    let prefer = request["headers"].as_object().into_iter().flatten();
    let prefer = prefer.filter(|(name, _)| name.eq_ignore_ascii_case("prefer")).filter_map(|(_, value)| value.as_str());
    let headers: HeaderMap = prefer.filter_map(|value| Some((PREFER, HeaderValue::from_str(value).ok()?))).collect();
    let query = match &request["body"] {
        Value::Object(members) => Request::of_members(members),
        _ => Err(LogAnalyticsFault::bad_argument("'body' must be an object")),
    };
    answer(state, text("workspace"), &headers, query).await
}

/// A GUID, or the connection's name.
fn is_workspace(state: &ServerState, id: &str) -> bool {
    parse_guid(id).is_some() || id.eq_ignore_ascii_case(&state.connection.connection.name)
}

fn check_workspace(state: &ServerState, id: &str) -> Result<(), LogAnalyticsFault> {
    if is_workspace(state, id) { Ok(()) } else { Err(LogAnalyticsFault::no_workspace(id)) }
}

async fn answer(
    state: &ServerState,
    id: &str,
    headers: &HeaderMap,
    request: Result<Request, LogAnalyticsFault>,
) -> Result<Response, LogAnalyticsFault> {
    check_workspace(state, id)?;
    let request = request?;
    if let Some(other) = request.workspaces.iter().find(|it| !it.eq_ignore_ascii_case(id)) {
        return Err(LogAnalyticsFault::refused(&format!("'workspaces' beside its own, here '{other}'")));
    }
    let Some(text) = request.query else { return Err(LogAnalyticsFault::bad_argument("'query' is missing")) };
    let prefer = Prefer::of(headers);
    let asked = Asked {
        time_limit: Some(prefer.wait.unwrap_or(WAIT).min(LONGEST_WAIT)),
        time_range: request.time_range,
        ..Asked::new(text.clone())
    };
    let answer = run(state, asked).await;
    let (rows, summary) = answer.map_err(|stopped| LogAnalyticsFault::of_stopped(stopped, &text))?;
    let cost = Cost::of(&rows, &summary);
    // Writing 100,000 rows takes a moment that other requests should not wait for.
    let written = tokio::task::spawn_blocking(move || {
        let failure = summary.truncation.as_ref().map(fault::partial);
        let envelope = LogAnalyticsEnvelope {
            more: &summary.more,
            statistics: prefer.statistics.then_some(&summary.stats),
            render: prefer.render.then_some(summary.render.as_ref()),
            failure: failure.as_ref(),
        };
        let mut body = Vec::new();
        write_log_analytics(&rows, &envelope, &mut body).map(|()| body)
    });
    let Ok(Ok(body)) = written.await else {
        return Err(LogAnalyticsFault::internal("the rows could not be written"));
    };
    let mut response = Response::new(Body::from(body));
    response.extensions_mut().insert(cost);
    response.headers_mut().insert(header::CONTENT_TYPE, JSON);
    Ok(response)
}

impl Request {
    /// `{"query": …, "timespan": …, "workspaces": […]}`
    fn of_body(body: Read) -> Result<Self, LogAnalyticsFault> {
        Self::of_members(&members(body)?)
    }

    fn of_members(members: &Map<String, Value>) -> Result<Self, LogAnalyticsFault> {
        let mut request = Self::default();
        for (name, value) in members {
            match (name.to_ascii_lowercase().as_str(), value) {
                (_, Value::Null) => {}
                ("query", Value::String(text)) => request.query = Some(text.clone()),
                ("timespan", Value::String(text)) => request.time_range = Some(time_range(text)?),
                ("workspaces", Value::Array(ids)) => {
                    request.workspaces = ids.iter().map(|id| id.as_str().unwrap_or("?").to_owned()).collect();
                }
                (name @ ("query" | "timespan" | "workspaces"), _) => {
                    return Err(LogAnalyticsFault::bad_argument(&format!("'{name}' has the wrong type")));
                }
                _ => {}
            }
        }
        Ok(request)
    }

    /// `?query=…&timespan=…`
    fn of_address(address: Option<&str>) -> Result<Self, LogAnalyticsFault> {
        let mut request = Self::default();
        for (name, value) in url::form_urlencoded::parse(address.unwrap_or("").as_bytes()) {
            match name.to_ascii_lowercase().as_str() {
                "query" => request.query = Some(value.into_owned()),
                "timespan" => request.time_range = Some(time_range(&value)?),
                "workspaces" => request.workspaces.extend(value.split(',').map(|it| it.trim().to_owned())),
                _ => {}
            }
        }
        Ok(request)
    }
}

fn members(body: Read) -> Result<Map<String, Value>, LogAnalyticsFault> {
    let body = body.map_err(|rejection| LogAnalyticsFault::unreadable(&rejection))?;
    serde_json::from_slice(&body)
        .map_err(|error| LogAnalyticsFault::bad_argument(&format!("the body is no JSON object: {error}")))
}

fn time_range(text: &str) -> Result<TimeRange, LogAnalyticsFault> {
    TimeRange::parse(text)
        .ok_or_else(|| LogAnalyticsFault::bad_argument(&format!("'timespan' is no ISO 8601 time range: {text}")))
}

/// `Prefer: wait=300, include-statistics=true, include-render=true`
#[derive(Debug, Clone, Copy, Default)]
struct Prefer {
    wait: Option<Duration>,
    statistics: bool,
    render: bool,
}

impl Prefer {
    fn of(headers: &HeaderMap) -> Self {
        let mut prefer = Self::default();
        let values = headers.get_all(PREFER).iter().filter_map(|it| it.to_str().ok());
        for preference in values.flat_map(|it| it.split(',')) {
            let (name, value) = preference.split_once('=').unwrap_or((preference, "true"));
            let is_true = value.trim().eq_ignore_ascii_case("true");
            match name.trim().to_ascii_lowercase().as_str() {
                "wait" => prefer.wait = value.trim().parse().ok().map(Duration::from_secs),
                "include-statistics" => prefer.statistics = is_true,
                "include-render" => prefer.render = is_true,
                _ => {}
            }
        }
        prefer
    }
}
