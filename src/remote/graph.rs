//! Microsoft Graph: `POST {base}/{version}/security/runHuntingQuery` with `{"query": …}`.

use super::error::RemoteError;
use super::{Call, http};
use crate::config::Api;

pub(super) fn call(base_url: &str, version: &str, text: &str) -> Result<Call, RemoteError> {
    let url = http::address(base_url, &[version, "security", "runHuntingQuery"])?;
    Ok(Call {
        url,
        body: serde_json::json!({ "query": text }).to_string(),
        api: Api::Graph { version: version.to_owned(), workspace_id: None },
    })
}
