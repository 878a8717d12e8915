//! The token endpoints: every way to get a token ends here.

use std::sync::Arc;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::claims::Subject;
use super::fault::{LoginFault, private};
use super::form::{Form, Place};
use super::resource::{BadScope, Wanted};
use super::{Login, assertion};
use crate::server::ServerState;
use crate::server::answer::json_response;
use crate::server::auth::same;
use crate::server::connections::Link;
use crate::server::fault::Fault;
use crate::server::routes::Dialect;

const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// What only one of the two kinds of subjects can be given.
const FOR_PEOPLE: &[&str] = &["AdvancedHunting.Read", "AdvancedQuery.Read", "user_impersonation"];
const FOR_APPLICATIONS: &[&str] = &["AdvancedHunting.Read.All", "AdvancedQuery.Read.All"];

/// Which generation of the endpoint is asked: they spell the same facts differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Generation {
    V1,
    V2,
}

type Asked = (State<Arc<ServerState>>, Path<String>, Extension<Arc<Link>>, HeaderMap);

pub(super) async fn token_v1(asked: Asked, body: Bytes) -> Response {
    answer(&asked, &body, Generation::V1)
}

pub(super) async fn token_v2(asked: Asked, body: Bytes) -> Response {
    answer(&asked, &body, Generation::V2)
}

fn answer((state, tenant, link, headers): &Asked, body: &[u8], generation: Generation) -> Response {
    let Some(login) = &state.login else { return absent() };
    let place = Place::new(tenant, headers, link);
    match grant(login, &place, &Form::parse(body), generation) {
        Ok(body) => private(json_response(StatusCode::OK, body)),
        Err(fault) => fault.response(),
    }
}

/// There is no login server.
pub(super) fn absent() -> Response {
    Fault::no_login().response(Dialect::Defender)
}

fn grant(login: &Login, place: &Place<'_>, form: &Form, generation: Generation) -> Result<Value, LoginFault> {
    let grant_type = form.need("grant_type")?;
    let client_id = form.need("client_id")?;
    place.check(&login.options, client_id)?;
    match grant_type {
        "client_credentials" => {
            authenticate(login, place, form, client_id)?;
            let wanted = wanted_by_application(form, generation)?;
            application_token(login, place, client_id, &wanted, generation)
        }
        DEVICE_CODE => {
            let scope = login.poll_device(form.get("device_code").or(form.get("code")).unwrap_or(""), client_id)?;
            person_token(login, place, client_id, &scope, generation)
        }
        "refresh_token" => {
            let first = login.check_refresh(form.need("refresh_token")?, client_id)?;
            let scope = scope_of(form, generation)?.unwrap_or_else(|| first.clone());
            // What was once given for longer stays so, whatever is asked for now.
            person_token(login, place, client_id, &format!("{scope} offline_access"), generation)
        }
        "authorization_code" => {
            if form.get("client_secret").is_some() || form.get("client_assertion").is_some() {
                authenticate(login, place, form, client_id)?;
            }
            let first = login.redeem(form, client_id)?;
            let scope = scope_of(form, generation)?.unwrap_or(first);
            person_token(login, place, client_id, &scope, generation)
        }
        other => {
            let message = format!("The app requested an unsupported grant type '{other}'.");
            Err(LoginFault::new("unsupported_grant_type", 70_003, message))
        }
    }
}

/// The application shows its secret, or an assertion that it signed.
fn authenticate(login: &Login, place: &Place<'_>, form: &Form, client_id: &str) -> Result<(), LoginFault> {
    match (form.get("client_secret"), form.get("client_assertion")) {
        (Some(secret), _) => {
            let counts = match &login.options.client_secret {
                Some(registered) => same(secret.as_bytes(), registered.expose_secret().as_bytes()),
                // An application with a certificate alone has no secret that could be right.
                None => place.is_local && login.options.certificate.is_none(),
            };
            if counts {
                return Ok(());
            }
            let message = format!(
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret \
                 value, not the client secret ID, for a secret added to app '{client_id}'."
            );
            Err(LoginFault::new("invalid_client", 7_000_215, message))
        }
        (None, Some(assertion)) if form.get("client_assertion_type") == Some(JWT_BEARER) => {
            assertion::check(&login.options, place, client_id, assertion)
        }
        (None, Some(_)) => {
            let message = format!("The 'client_assertion_type' must be '{JWT_BEARER}'.");
            Err(LoginFault::new("invalid_request", 900_144, message))
        }
        (None, None) => Err(LoginFault::of_code(7_000_218)),
    }
}

/// The scope that is asked for; the older endpoint names the resource instead.
fn scope_of(form: &Form, generation: Generation) -> Result<Option<String>, LoginFault> {
    match generation {
        Generation::V2 => Ok(form.get("scope").map(str::to_owned)),
        Generation::V1 => {
            let resource = form.need("resource")?;
            Ok(Some(format!("{}/.default", resource.trim_end_matches('/'))))
        }
    }
}

fn wanted_by_application(form: &Form, generation: Generation) -> Result<Wanted, LoginFault> {
    let scope = scope_of(form, generation)?.ok_or_else(|| LoginFault::missing("scope"))?;
    let wanted = parse(&scope)?;
    if wanted.names != [".default"] {
        let message = format!(
            "The provided value for scope {scope} is not valid. Client credential flows must have a scope value with \
             /.default suffixed to the resource identifier (application ID URI)."
        );
        return Err(LoginFault::new("invalid_scope", 1_002_012, message));
    }
    Ok(wanted)
}

pub(super) fn parse(scope: &str) -> Result<Wanted, LoginFault> {
    Wanted::parse(scope).map_err(|bad| match bad {
        BadScope::Scope => {
            let message = format!(
                "The provided request must include a 'scope' input parameter. The provided value for the input \
                 parameter 'scope' is not valid. The scope '{scope}' does not exist."
            );
            LoginFault::new("invalid_scope", 70_011, message)
        }
        BadScope::UnknownResource(resource) => {
            let message = format!(
                "The resource principal named {resource} was not found in the tenant. This can happen if the \
                 application has not been installed by the administrator of the tenant or consented to by any user in \
                 the tenant."
            );
            LoginFault::new("invalid_resource", 500_011, message)
        }
    })
}

fn application_token(
    login: &Login,
    place: &Place<'_>,
    client_id: &str,
    wanted: &Wanted,
    generation: Generation,
) -> Result<Value, LoginFault> {
    let agreed = wanted.api.permissions(&login.options.permissions);
    let roles = agreed.into_iter().filter(|it| !FOR_PEOPLE.contains(&it.as_str())).collect();
    let token = login.access_token(place, client_id, Subject::Application, wanted, roles)?;
    Ok(told(login, wanted, &token, generation))
}

fn person_token(
    login: &Login,
    place: &Place<'_>,
    client_id: &str,
    scope: &str,
    generation: Generation,
) -> Result<Value, LoginFault> {
    let wanted = parse(scope)?;
    let scopes = consented(login, &wanted, client_id)?;
    let token = login.access_token(place, client_id, Subject::Person, &wanted, scopes.clone())?;
    let mut body = told(login, &wanted, &token, generation);
    let names: Vec<String> = scopes.iter().map(|name| format!("{}/{name}", wanted.resource)).collect();
    body["scope"] = names.join(" ").into();
    if wanted.offline {
        body["refresh_token"] = login.refresh_token(place, client_id, scope)?.into();
    }
    if wanted.openid {
        body["id_token"] = login.id_token(place, client_id)?.into();
    }
    Ok(body)
}

/// What a person may pass on to the application. Every name must have been agreed to.
pub(super) fn consented(login: &Login, wanted: &Wanted, client_id: &str) -> Result<Vec<String>, LoginFault> {
    let mut agreed = wanted.api.permissions(&login.options.permissions);
    agreed.retain(|it| !FOR_APPLICATIONS.contains(&it.as_str()));
    if wanted.names.iter().any(|it| it == ".default") {
        return Ok(agreed);
    }
    let is_agreed = |name: &String| name == "User.Read" || agreed.iter().any(|it| it.eq_ignore_ascii_case(name));
    if wanted.names.iter().all(is_agreed) {
        return Ok(wanted.names.clone());
    }
    let message = format!(
        "The user or administrator has not consented to use the application with ID '{client_id}'. Send an interactive \
         authorization request for this user and resource."
    );
    Err(LoginFault::new("invalid_grant", 65_001, message))
}

/// The members that every token comes with; the older endpoint writes its numbers as text.
fn told(login: &Login, wanted: &Wanted, token: &str, generation: Generation) -> Value {
    let seconds = login.options.token_lifetime.as_secs();
    match generation {
        Generation::V2 => json!({
            "token_type": "Bearer",
            "expires_in": seconds,
            "ext_expires_in": seconds,
            "access_token": token,
        }),
        Generation::V1 => {
            let now = jsonwebtoken::get_current_timestamp();
            json!({
                "token_type": "Bearer",
                "expires_in": seconds.to_string(),
                "ext_expires_in": seconds.to_string(),
                "expires_on": (now + seconds).to_string(),
                "not_before": now.to_string(),
                "resource": wanted.resource,
                "access_token": token,
            })
        }
    }
}

/// What the identity of a machine is given: an application's token, told as the older endpoint does.
pub(super) fn machine_token(
    login: &Login,
    place: &Place<'_>,
    client_id: &str,
    resource: &str,
) -> Result<Value, LoginFault> {
    let wanted = parse(&format!("{}/.default", resource.trim_end_matches('/')))?;
    let mut body = application_token(login, place, client_id, &wanted, Generation::V1)?;
    body["client_id"] = client_id.into();
    Ok(body)
}
