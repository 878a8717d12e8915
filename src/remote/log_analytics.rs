//! Log Analytics: `POST {base}/v1/workspaces/{id}/query` with `query`, `timespan` and `workspaces`. What it counted and
//! how the query wants to be drawn is sent only when asked for.

use serde_json::{Map, json};

use super::call::{Call, no_parameters, timespan};
use super::error::RemoteError;
use super::{RemoteRequest, Shape, http};
use crate::config::Service;

/// The service waits no longer, whatever is asked for.
const LONGEST_WAIT: u64 = 600;

pub(super) fn call(
    service: &Service,
    workspace: &str,
    more_workspaces: &[String],
    request: &RemoteRequest<'_>,
) -> Result<Call, RemoteError> {
    no_parameters(&service.api, request.parameters)?;
    let url = http::address(&service.base_url, &["v1", "workspaces", workspace, "query"])?;
    let mut body = Map::new();
    body.insert("query".to_owned(), json!(request.text));
    if let Some(range) = request.time_range {
        body.insert("timespan".to_owned(), json!(timespan(range)));
    }
    if !more_workspaces.is_empty() {
        body.insert("workspaces".to_owned(), json!(more_workspaces));
    }
    let wait = request.timeout.as_secs().clamp(1, LONGEST_WAIT);
    let call = Call::post(&service.api, url, &body.into(), Shape::LogAnalytics);
    Ok(call
        .header("Prefer", format!("wait={wait}, include-statistics=true, include-render=true"))
        .header("x-ms-client-request-id", request.request_id))
}

/// The tables and functions of the workspace.
pub(super) fn schema_call(service: &Service, workspace: &str, request_id: &str) -> Result<Call, RemoteError> {
    let url = http::address(&service.base_url, &["v1", "workspaces", workspace, "metadata"])?;
    Ok(Call::get(&service.api, url).header("x-ms-client-request-id", request_id))
}
