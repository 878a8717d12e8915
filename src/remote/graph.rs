//! Microsoft Graph: `POST {base}/{version}/security/runHuntingQuery` with `Query`, `Timespan` and `workspaceId`.
//!
//! Without a `Timespan` Graph reads the last 30 days; with one, and a filter in the query, the shorter counts.

use serde_json::{Map, json};

use super::call::{Call, no_parameters, timespan};
use super::error::RemoteError;
use super::{RemoteRequest, Shape, http};
use crate::config::Service;

pub(super) fn call(
    service: &Service,
    version: &str,
    workspace_id: Option<&str>,
    request: &RemoteRequest<'_>,
) -> Result<Call, RemoteError> {
    no_parameters(&service.api, request.parameters)?;
    let url = http::address(&service.base_url, &[version, "security", "runHuntingQuery"])?;
    let mut body = Map::new();
    body.insert("Query".to_owned(), json!(request.text));
    if let Some(range) = request.time_range {
        body.insert("Timespan".to_owned(), json!(timespan(range)));
    }
    if let Some(id) = workspace_id {
        body.insert("workspaceId".to_owned(), json!(id));
    }
    let call = Call::post(&service.api, url, &body.into(), Shape::Hunting { graph: true });
    // Graph writes it into its own log, by which its support finds the request.
    Ok(call.header("client-request-id", request.request_id))
}

/// The tables of the tenant. Graph has this in `beta` only, and in its global cloud only.
pub(super) fn schema_call(service: &Service, request_id: &str) -> Result<Call, RemoteError> {
    let url = http::address(&service.base_url, &["beta", "security", "getHuntingSchema"])?;
    Ok(Call::get(&service.api, url).header("client-request-id", request_id))
}
