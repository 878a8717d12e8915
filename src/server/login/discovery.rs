//! What a client can ask without signing in: where the endpoints are; and the identity of the machine itself.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::json;

use super::claims::id_of;
use super::fault::{LoginFault, private};
use super::form::{Form, Place};
use super::grant::{absent, machine_token};
use crate::server::ServerState;
use crate::server::answer::json_response;
use crate::server::connections::Link;

/// The document by which clients find their way.
pub(super) async fn document(
    State(state): State<Arc<ServerState>>,
    Path(tenant): Path<String>,
    Extension(link): Extension<Arc<Link>>,
    headers: HeaderMap,
) -> Response {
    let Some(login) = &state.login else { return absent() };
    let place = Place::new(&tenant, &headers, &link);
    // An application is not named here, so only the tenant can be wrong.
    let client_id = login.options.client_id.clone().unwrap_or_default();
    if let Err(fault) = place.check(&login.options, &client_id) {
        return fault.response();
    }
    let base = format!("http://{}/{tenant}", place.host);
    json_response(
        StatusCode::OK,
        json!({
            "token_endpoint": format!("{base}/oauth2/v2.0/token"),
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
            "response_modes_supported": ["query"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["HS256"],
            "response_types_supported": ["code"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "issuer": place.issuer(),
            "authorization_endpoint": format!("{base}/oauth2/v2.0/authorize"),
            "device_authorization_endpoint": format!("{base}/oauth2/v2.0/devicecode"),
            "code_challenge_methods_supported": ["S256"],
            "tenant_region_scope": "WW",
            "cloud_instance_name": "microsoftonline.com",
            "cloud_graph_host_name": "graph.windows.net",
            "msgraph_host": "graph.microsoft.com",
        }),
    )
}

/// The token of the machine's own identity. Only its own programs can ask, and only with a header that a redirect or a
/// web page cannot set.
pub(super) async fn identity(
    State(state): State<Arc<ServerState>>,
    Extension(link): Extension<Arc<Link>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let Some(login) = &state.login else { return absent() };
    let place = Place::new("tallyho.example", &headers, &link);
    let form = Form::parse(query.unwrap_or_default().as_bytes());
    let is_metadata = headers.get("metadata").is_some_and(|it| it.as_bytes().eq_ignore_ascii_case(b"true"));
    let is_app_service = headers.contains_key("x-identity-header");
    let answer = if !place.is_local || headers.contains_key("x-forwarded-for") {
        Err(LoginFault::plain("invalid_request", "Only programs of this machine have its identity"))
    } else if !is_metadata && !is_app_service {
        Err(LoginFault::plain("invalid_request", "Required metadata header not specified"))
    } else if form.get("api-version").is_none() {
        Err(LoginFault::plain("invalid_request", "Required query variable 'api-version' is missing"))
    } else {
        let client_id = form.get("client_id").map_or_else(|| id_of("machine"), str::to_owned);
        match (login.options.fails_with, form.get("resource")) {
            (Some(code), _) => Err(LoginFault::of_code(code)),
            (None, None) => Err(LoginFault::plain("invalid_request", "Required query variable 'resource' is missing")),
            (None, Some(resource)) => machine_token(login, &place, &client_id, resource),
        }
    };
    private(match answer {
        Ok(body) => json_response(StatusCode::OK, body),
        // This endpoint says less than the others.
        Err(fault) => json_response(
            StatusCode::BAD_REQUEST,
            json!({ "error": fault.error, "error_description": fault.json()["error_description"] }),
        ),
    })
}
