//! Microsoft Graph: `POST {base}/{version}/security/runHuntingQuery` with `{"query": …}`.

use super::error::RemoteError;
use super::{Call, Service, http};

pub(super) fn call(base_url: &str, version: &str, text: &str) -> Result<Call, RemoteError> {
    let url = http::address(base_url, &[version, "security", "runHuntingQuery"])?;
    Ok(Call { url, body: serde_json::json!({ "query": text }).to_string(), service: Service::Graph })
}
