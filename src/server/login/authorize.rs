//! Sign-in in a browser: whoever asks from this machine is signed in at once and sent back with a code.

use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use url::Url;

use super::fault::{LoginFault, private};
use super::form::{Form, Place};
use super::grant::{absent, consented, parse};
use super::{Login, secret_word};
use crate::server::ServerState;
use crate::server::connections::Link;

const LIFETIME: Duration = Duration::from_mins(10);

/// A code that waits to be redeemed.
pub(super) struct Code {
    client_id: String,
    redirect_uri: String,
    scope: String,
    challenge: Option<String>,
    issued: Instant,
}

pub(super) async fn authorize(
    State(state): State<Arc<ServerState>>,
    Path(tenant): Path<String>,
    Extension(link): Extension<Arc<Link>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let Some(login) = &state.login else { return absent() };
    let place = Place::new(&tenant, &headers, &link);
    let form = Form::parse(query.unwrap_or_default().as_bytes());
    // An answer goes only where nobody else listens; what is wrong before that is known is told here.
    let back = match redirect_uri(&place, &form) {
        Ok(back) => back,
        Err(fault) => return fault.response(),
    };
    match allow(login, &place, &form) {
        Ok(code) => redirect(back, &form, &[("code", &code)]),
        Err(fault) => {
            let described = fault.json();
            let description = described["error_description"].as_str().unwrap_or_default();
            redirect(back, &form, &[("error", fault.error), ("error_description", description)])
        }
    }
}

/// Only plain addresses of this machine, whatever their port.
fn redirect_uri(place: &Place<'_>, form: &Form) -> Result<Url, LoginFault> {
    if !place.is_local {
        return Err(LoginFault::plain("access_denied", "Only people at this machine can sign in without a password"));
    }
    let text = form.need("redirect_uri")?;
    let url = Url::parse(text).ok().filter(|url| {
        let is_here = match url.host() {
            Some(url::Host::Domain(name)) => name == "localhost",
            Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
            Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
            None => false,
        };
        is_here && url.scheme() == "http" && url.fragment().is_none()
    });
    url.ok_or_else(|| {
        let message = format!(
            "The redirect URI '{text}' specified in the request does not match the redirect URIs configured for the \
             application: only http://localhost and loopback addresses are."
        );
        LoginFault::new("invalid_request", 50_011, message)
    })
}

fn allow(login: &Login, place: &Place<'_>, form: &Form) -> Result<String, LoginFault> {
    let client_id = form.need("client_id")?;
    place.check(&login.options, client_id)?;
    let refuse = |what: &str| Err(LoginFault::plain("unsupported_response_type", what));
    match (form.need("response_type")?, form.get("response_mode")) {
        ("code", None | Some("query")) => {}
        ("code", Some(_)) => return refuse("only response_mode=query is served here"),
        _ => return refuse("only response_type=code is served here"),
    }
    let challenge = match (form.get("code_challenge"), form.get("code_challenge_method")) {
        (Some(challenge), Some("S256")) => Some(challenge.to_owned()),
        (None, None) => None,
        _ => {
            let message = "The 'code_challenge' must come with 'code_challenge_method=S256'.";
            return Err(LoginFault::new("invalid_request", 501_491, message));
        }
    };
    let scope = form.need("scope")?.to_owned();
    consented(login, &parse(&scope)?, client_id)?;
    let code = secret_word();
    let kept = Code {
        client_id: client_id.to_owned(),
        redirect_uri: form.need("redirect_uri")?.to_owned(),
        scope,
        challenge,
        issued: Instant::now(),
    };
    login.codes.lock().unwrap_or_else(PoisonError::into_inner).put(code.clone(), kept);
    Ok(code)
}

fn redirect(mut back: Url, form: &Form, members: &[(&str, &str)]) -> Response {
    {
        let mut pairs = back.query_pairs_mut();
        pairs.extend_pairs(members);
        if let Some(state) = form.get("state") {
            pairs.append_pair("state", state);
        }
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::FOUND;
    if let Ok(location) = HeaderValue::from_str(back.as_str()) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    private(response)
}

impl Login {
    /// Takes a code back, once, from whom it was given to; and says what for.
    pub(super) fn redeem(&self, form: &Form, client_id: &str) -> Result<String, LoginFault> {
        let refuse = |code: u32, message: &str| Err(LoginFault::new("invalid_grant", code, message));
        let text = form.need("code")?;
        let Some(code) = self.codes.lock().unwrap_or_else(PoisonError::into_inner).take(text) else {
            return refuse(
                54_005,
                "OAuth2 Authorization code was already redeemed, please retry with a new valid code.",
            );
        };
        if code.issued.elapsed() > LIFETIME {
            return refuse(70_008, "The provided authorization code or refresh token has expired due to inactivity.");
        }
        if !code.client_id.eq_ignore_ascii_case(client_id) {
            return refuse(
                700_005,
                "Provided Authorization Code is intended to use against other tenant or application.",
            );
        }
        if form.get("redirect_uri") != Some(code.redirect_uri.as_str()) {
            return refuse(
                500_112,
                "The reply address does not match the reply address provided when requesting the code.",
            );
        }
        if let Some(challenge) = &code.challenge {
            let Some(verifier) = form.get("code_verifier") else {
                return refuse(501_481, "The request must contain the 'code_verifier' of its 'code_challenge'.");
            };
            if URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) != *challenge {
                let message =
                    "The Code_Verifier does not match the code_challenge supplied in the authorization request.";
                return refuse(501_481, message);
            }
        }
        Ok(code.scope)
    }
}
