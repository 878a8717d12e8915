//! Defender's advanced hunting API: `POST {base}/api/advancedhunting/run` with `{"Query": …}`. It takes nothing else: no
//! time range, no limit on rows.

use serde_json::json;

use super::call::{Call, no_parameters};
use super::error::RemoteError;
use super::{RemoteRequest, Shape, http};
use crate::config::Service;

pub(super) fn call(service: &Service, request: &RemoteRequest<'_>) -> Result<Call, RemoteError> {
    run(service, &["api", "advancedhunting", "run"], request)
}

/// The call of either Defender API; they differ in their paths.
pub(super) fn run(service: &Service, path: &[&str], request: &RemoteRequest<'_>) -> Result<Call, RemoteError> {
    no_parameters(&service.api, request.parameters)?;
    let url = http::address(&service.base_url, path)?;
    // The name of the property is case-sensitive here.
    let body = json!({ "Query": request.text });
    let call = Call::post(&service.api, url, &body, Shape::Hunting { graph: false });
    Ok(call.without_time_range(request.time_range))
}
