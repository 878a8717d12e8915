//! Defender's advanced hunting API: `POST {base}/api/advancedhunting/run` with `{"Query": …}`.

use super::error::RemoteError;
use super::{Call, http};
use crate::config::Api;

pub(super) fn call(base_url: &str, text: &str) -> Result<Call, RemoteError> {
    let url = http::address(base_url, &["api", "advancedhunting", "run"])?;
    // The name of the property is case-sensitive here.
    Ok(Call { url, body: serde_json::json!({ "Query": text }).to_string(), api: Api::Defender })
}
