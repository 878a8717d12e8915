//! Runs the query of a request and writes its rows as the service would.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::Value;
use tokio::sync::mpsc;

use super::ServerState;
use super::fault::Fault;
use super::routes::Dialect;
use crate::result::{ResultSet, Truncation, write_defender, write_graph};
use crate::run::{CancelHandle, QueryRequest, RunEvent, RunId, RunSummary};

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
const ODATA_JSON: HeaderValue = HeaderValue::from_static(
    "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8",
);
/// Says what the services do not: that rows are missing.
const NOTICE: &str = "x-tallyho-notice";

/// The whole response of a query that ran well. When the client goes away this is dropped, and the run is stopped.
pub(super) async fn answer_query(state: &Arc<ServerState>, query: String, dialect: Dialect) -> Result<Response, Fault> {
    let Ok(_slot) = state.slots.acquire().await else { return Err(Fault::internal("the server is closing")) };
    let (rows, summary) = run(state, query).await?;
    let notice = summary.truncation.as_ref().map(notice_of);
    // Writing 100,000 rows takes a moment that other requests should not wait for.
    let written = tokio::task::spawn_blocking(move || {
        let mut body = Vec::new();
        match dialect {
            Dialect::Defender => write_defender(&rows, &summary.stats, &mut body),
            Dialect::Graph(style) => write_graph(&rows, style, &mut body),
        }
        .map(|()| body)
    });
    let Ok(Ok(body)) = written.await else { return Err(Fault::internal("the rows could not be written")) };
    let mut response = Response::new(Body::from(body));
    let content_type = if dialect == Dialect::Defender { JSON } else { ODATA_JSON };
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    if let Some(notice) = notice.and_then(|it| HeaderValue::from_str(&it).ok()) {
        response.headers_mut().insert(NOTICE, notice);
    }
    Ok(response)
}

/// Stops the run when nobody waits for it any more.
struct StopOnDrop(CancelHandle);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

async fn run(state: &ServerState, query: String) -> Result<(ResultSet, RunSummary), Fault> {
    static NEXT_ID: AtomicU64 = AtomicU64::new(1);
    let text = query.clone();
    let request = QueryRequest {
        id: RunId(NEXT_ID.fetch_add(1, Ordering::Relaxed)),
        text: query,
        connection: Arc::clone(&state.connection),
        max_rows: state.connection.connection.max_rows,
        parameters: Vec::new(),
    };
    // Rows are bounded by the limit of the connection, and so is what waits here.
    let (sender, mut events) = mpsc::unbounded_channel();
    let handle = state.runner.start(request, move |event| {
        let _ = sender.send(event);
    });
    let _stop = StopOnDrop(handle);
    let mut rows = ResultSet::default();
    while let Some(event) = events.recv().await {
        match event {
            RunEvent::Started => {}
            RunEvent::Columns(columns) => rows = ResultSet::new(columns),
            RunEvent::Batch(batch) => rows.push(batch),
            RunEvent::Finished(summary) => return Ok((rows, *summary)),
            RunEvent::Failed(error) => return Err(Fault::of_run(&error, &text)),
            RunEvent::Cancelled { .. } => break,
        }
    }
    Err(Fault::internal("the run was stopped"))
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
