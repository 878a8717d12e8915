//! Kusto's REST API: queries in both versions of the answer, and the commands that clients need to look around.
//!
//! There is one database, named after the connection. `NetDefaultDB`, which Microsoft's clients use when they are told
//! none, means the same one; every other name is an error, as it is for Kusto.

mod command;
mod fault;
mod options;
mod request;
mod show;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::BytesRejection;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::{Value, json};

use self::fault::KustoFault;
pub(super) use self::fault::outer_error;
use self::options::Wishes;
use self::request::{Ids, KustoRequest, wants_json};
use super::ServerState;
use super::answer::{Cost, json_response};
use super::ask::{Asked, run};
use crate::result::{KustoEnvelope, ResultSet, write_kusto_command, write_kusto_v1, write_kusto_v2};
use crate::run::RunSummary;

type Shared = State<Arc<ServerState>>;
type Read = Result<Bytes, BytesRejection>;

/// What clients use as the database when they are told none.
const DEFAULT_DATABASE: &str = "NetDefaultDB";
const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-client-request-id");
const ACTIVITY_ID: HeaderName = HeaderName::from_static("x-ms-activity-id");
const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    V1,
    V2,
}

pub(super) fn routes() -> Router<Arc<ServerState>> {
    Router::new()
        .route("/v2/rest/query", post(query_v2).get(get_v2))
        .route("/v1/rest/query", post(query_v1).get(get_v1))
        .route("/v1/rest/mgmt", post(command))
        .route("/v1/rest/auth/metadata", get(auth_metadata))
}

async fn query_v2(state: Shared, headers: HeaderMap, body: Read) -> Response {
    answer(&state, &headers, KustoRequest::of_body(body), Kind::Query(Version::V2)).await
}

async fn query_v1(state: Shared, headers: HeaderMap, body: Read) -> Response {
    answer(&state, &headers, KustoRequest::of_body(body), Kind::Query(Version::V1)).await
}

async fn get_v2(state: Shared, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    answer(&state, &headers, KustoRequest::of_address(query.as_deref()), Kind::Query(Version::V2)).await
}

async fn get_v1(state: Shared, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    answer(&state, &headers, KustoRequest::of_address(query.as_deref()), Kind::Query(Version::V1)).await
}

async fn command(state: Shared, headers: HeaderMap, body: Read) -> Response {
    answer(&state, &headers, KustoRequest::of_body(body), Kind::Command).await
}

/// Where a client signs in: here, when tokens of the login server are demanded.
async fn auth_metadata(State(state): Shared, headers: HeaderMap) -> Response {
    let host = headers.get(header::HOST).and_then(|it| it.to_str().ok()).unwrap_or("localhost");
    let login = match state.login {
        Some(_) => format!("http://{host}"),
        None => "https://login.microsoftonline.com".to_owned(),
    };
    json_response(
        StatusCode::OK,
        json!({
            "AzureAD": {
                "LoginEndpoint": login,
                "LoginMfaRequired": false,
                "KustoClientAppId": "db662dc1-0cfe-4e1c-a843-19a68e65be58",
                "KustoClientRedirectUri": "https://microsoft/kustoclient",
                "KustoServiceResourceId": "https://kusto.kusto.windows.net",
                "FirstPartyAuthorityUrl": format!("{login}/f8cdef31-a31e-4b4a-93e4-5f571e91255a"),
            }
        }),
    )
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Query(Version),
    Command,
}

/// Every answer, good or bad, names its request.
async fn answer(
    state: &ServerState,
    headers: &HeaderMap,
    request: Result<KustoRequest, KustoFault>,
    kind: Kind,
) -> Response {
    let ids = Ids::of(headers, request.as_ref().ok().and_then(|it| it.client_request_id.as_deref()));
    let answered = match request {
        Ok(request) => answer_request(state, request, kind, &ids).await,
        Err(fault) => Err(fault),
    };
    let mut response = answered.unwrap_or_else(|fault| fault.response(&ids, wants_json(headers)));
    for (name, value) in [(CLIENT_REQUEST_ID, &ids.client_request_id), (ACTIVITY_ID, &ids.activity_id)] {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

async fn answer_request(
    state: &ServerState,
    request: KustoRequest,
    kind: Kind,
    ids: &Ids,
) -> Result<Response, KustoFault> {
    check_database(state, request.database.as_deref())?;
    let wishes = Wishes::of(&request.options, &state.connection.schema(), &request.text)?;
    let is_command = request.text.trim_start().starts_with('.');
    match kind {
        Kind::Command if is_command => run_command(state, request, wishes).await,
        Kind::Command => Err(KustoFault::not_a_command(&request.text)),
        Kind::Query(_) if is_command => Err(KustoFault::not_a_query(&request.text)),
        Kind::Query(version) => run_query(state, request, wishes, version, ids).await,
    }
}

fn check_database(state: &ServerState, asked: Option<&str>) -> Result<(), KustoFault> {
    match asked {
        Some(name) if !is_database(state, name) => Err(KustoFault::no_database(name, database(state))),
        _ => Ok(()),
    }
}

/// The name of the one database.
fn database(state: &ServerState) -> &str {
    &state.connection.connection.name
}

fn is_database(state: &ServerState, name: &str) -> bool {
    name.is_empty() || [database(state), DEFAULT_DATABASE].into_iter().any(|it| it.eq_ignore_ascii_case(name))
}

async fn run_query(
    state: &ServerState,
    request: KustoRequest,
    wishes: Wishes,
    version: Version,
    ids: &Ids,
) -> Result<Response, KustoFault> {
    let asked = Asked {
        text: request.text.clone(),
        parameters: request.parameters,
        max_rows: wishes.max_rows(),
        max_bytes: wishes.max_bytes,
        time_limit: wishes.time_limit,
        stop_name: Some(ids.client_request_id.clone()),
        time_range: wishes.time_range.clone(),
    };
    let (rows, summary) = run(state, asked).await.map_err(|stopped| KustoFault::of_stopped(stopped, &request.text))?;
    let ids = ids.clone();
    let frames = wishes.frames;
    let taken = wishes.is_taken(&summary);
    written(Cost::of(&rows, &summary), move || {
        let cut = summary.truncation.as_ref().filter(|_| !taken);
        let failure: Option<Value> = cut.map(|cut| KustoFault::cut(cut).json(&ids));
        let envelope = KustoEnvelope {
            client_request_id: &ids.client_request_id,
            activity_id: &ids.activity_id,
            ended: super::fault::now_ticks(),
            render: summary.render.as_ref(),
            more: &summary.more,
            cut,
            failure: failure.as_ref(),
        };
        let mut body = Vec::new();
        match version {
            Version::V1 => write_kusto_v1(&rows, &summary.stats, &envelope, &mut body),
            Version::V2 => write_kusto_v2(&rows, &summary.stats, &envelope, frames, &mut body),
        }
        .map(|()| body)
    })
    .await
}

async fn run_command(state: &ServerState, request: KustoRequest, wishes: Wishes) -> Result<Response, KustoFault> {
    let text = request.text.as_str();
    let command = command::read(text)?;
    let table = show::table(state, &command)?;
    let query = match command.rest {
        Some(at) => format!("{}\n| {}", table, &text[at..]),
        None => table.clone(),
    };
    let asked = Asked { time_limit: wishes.time_limit, ..Asked::new(query) };
    let Ok(_slot) = state.slots.acquire().await else { return Err(KustoFault::internal("the server is closing")) };
    let answer: Result<(ResultSet, RunSummary), _> = run(state, asked).await;
    let (rows, summary) = answer.map_err(|mut stopped| {
        fault::move_places(&mut stopped, table.len() + "\n| ".len(), command.rest.unwrap_or(text.len()));
        KustoFault::of_stopped(stopped, text)
    })?;
    written(Cost::of(&rows, &summary), move || {
        let mut body = Vec::new();
        write_kusto_command(&rows, &mut body).map(|()| body)
    })
    .await
}

/// Writing 100,000 rows takes a moment that other requests should not wait for.
async fn written(
    cost: Cost,
    write: impl FnOnce() -> std::io::Result<Vec<u8>> + Send + 'static,
) -> Result<Response, KustoFault> {
    let Ok(Ok(body)) = tokio::task::spawn_blocking(write).await else {
        return Err(KustoFault::internal("the rows could not be written"));
    };
    let mut response = Response::new(Body::from(body));
    response.extensions_mut().insert(cost);
    response.headers_mut().insert(header::CONTENT_TYPE, JSON);
    Ok(response)
}
