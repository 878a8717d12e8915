//! Runs the query of a request and writes its rows as the service would.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::Value;

use super::ServerState;
use super::ask::{Asked, run};
use super::fault::Fault;
use super::routes::Dialect;
use crate::result::{ResultSet, Truncation, write_defender, write_graph};
use crate::run::RunSummary;

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
const ODATA_JSON: HeaderValue = HeaderValue::from_static(
    "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8",
);
/// Says what the services do not: that rows are missing.
const NOTICE: &str = "x-tallyho-notice";

/// What a run took, for the quota and the log: an answer carries it in its extensions.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cost {
    pub(super) rows: u64,
    pub(super) cpu: Option<Duration>,
}

impl Cost {
    pub(super) fn of(rows: &ResultSet, summary: &RunSummary) -> Self {
        Self { rows: rows.n_rows() as u64, cpu: summary.stats.cpu_total }
    }
}

/// The whole response of a query that ran well. When the client goes away this is dropped, and the run is stopped.
pub(super) async fn answer_query(state: &Arc<ServerState>, asked: Asked, dialect: Dialect) -> Result<Response, Fault> {
    let text = asked.text.clone();
    let (rows, summary) = run(state, asked).await.map_err(|stopped| Fault::of_stopped(stopped, &text))?;
    let first_of = match summary.more.len() {
        0 => None,
        n => Some(format!("this is the first of {} results", n + 1)),
    };
    let notice =
        summary.truncation.as_ref().map(notice_of).into_iter().chain(first_of).reduce(|a, b| format!("{a}; {b}"));
    let cost = Cost::of(&rows, &summary);
    // Writing 100,000 rows takes a moment that other requests should not wait for.
    let written = tokio::task::spawn_blocking(move || {
        let mut body = Vec::new();
        match dialect {
            Dialect::Graph(style) => write_graph(&rows, style, &mut body),
            // The others write their own answers.
            _ => write_defender(&rows, &summary.stats, &mut body),
        }
        .map(|()| body)
    });
    let Ok(Ok(body)) = written.await else { return Err(Fault::internal("the rows could not be written")) };
    let mut response = Response::new(Body::from(body));
    response.extensions_mut().insert(cost);
    let content_type = if matches!(dialect, Dialect::Graph(_)) { ODATA_JSON } else { JSON };
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    if let Some(notice) = notice.and_then(|it| HeaderValue::from_str(&it).ok()) {
        response.headers_mut().insert(NOTICE, notice);
    }
    Ok(response)
}

fn notice_of(truncation: &Truncation) -> String {
    match truncation {
        Truncation::Rows { limit } => format!("the result was cut at {limit} rows"),
        Truncation::Bytes { limit } => format!("the result was cut at {limit} bytes"),
        Truncation::Service { message } => message.clone(),
    }
}

pub(super) fn json_response(status: StatusCode, body: Value) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, JSON);
    response
}
