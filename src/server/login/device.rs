//! Sign-in with a device code: the device asks again and again until a person on this machine has decided.

use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::json;

use super::fault::{LoginFault, private};
use super::form::{Form, Place};
use super::grant::{absent, consented, parse};
use super::{Login, Shelf, random_bytes, secret_word};
use crate::server::ServerState;
use crate::server::answer::json_response;
use crate::server::connections::Link;

/// A device that waits.
pub(super) struct Device {
    user_code: String,
    client_id: String,
    scope: String,
    began: Instant,
    asked: Option<Instant>,
    /// Grows each time it asks too soon.
    interval: Duration,
    decision: Option<Decision>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decision {
    Approved,
    Declined,
}

/// Letters and digits that are not taken for one another.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

fn user_code() -> String {
    random_bytes::<9>().iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect()
}

pub(super) async fn start(
    State(state): State<Arc<ServerState>>,
    Path(tenant): Path<String>,
    Extension(link): Extension<Arc<Link>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(login) = &state.login else { return absent() };
    let place = Place::new(&tenant, &headers, &link);
    let form = Form::parse(&body);
    let started = form.need("client_id").and_then(|client_id| {
        place.check(&login.options, client_id)?;
        let scope = form.need("scope")?;
        consented(login, &parse(scope)?, client_id)?;
        Ok(login.add_device(client_id, scope))
    });
    let (device_code, user_code) = match started {
        Ok(codes) => codes,
        Err(fault) => return fault.response(),
    };
    let address = format!("http://{}/tallyho/device", place.host);
    state.logger.event("device_code", &[("user_code", &user_code), ("approve_at", &address)]);
    let message = format!(
        "To sign in, use a web browser to open the page {address} and enter the code {user_code} to authenticate."
    );
    private(json_response(
        StatusCode::OK,
        json!({
            "user_code": user_code,
            "device_code": device_code,
            "verification_uri": address,
            "expires_in": login.options.device_lifetime.as_secs(),
            "interval": login.options.device_interval.as_secs(),
            "message": message,
        }),
    ))
}

impl Login {
    fn devices(&self) -> MutexGuard<'_, Shelf<String, Device>> {
        self.devices.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add_device(&self, client_id: &str, scope: &str) -> (String, String) {
        let (device_code, user_code) = (secret_word(), user_code());
        let device = Device {
            user_code: user_code.clone(),
            client_id: client_id.to_owned(),
            scope: scope.to_owned(),
            began: Instant::now(),
            asked: None,
            interval: self.options.device_interval,
            decision: None,
        };
        self.devices().put(device_code.clone(), device);
        (device_code, user_code)
    }

    /// One question of a device. When it was approved: the scope it began with; the code is used up then.
    pub(super) fn poll_device(&self, device_code: &str, client_id: &str) -> Result<String, LoginFault> {
        let mut devices = self.devices();
        let Some(device) = devices.get_mut(device_code).filter(|it| it.client_id.eq_ignore_ascii_case(client_id))
        else {
            let message = "The provided 'device_code' is not valid.";
            return Err(LoginFault::new("bad_verification_code", 70_018, message));
        };
        if device.began.elapsed() >= self.options.device_lifetime {
            let message = "The provided 'device_code' has expired. Start the flow again.";
            return Err(LoginFault::new("expired_token", 70_019, message));
        }
        let too_soon = device.asked.is_some_and(|it| it.elapsed() < device.interval);
        device.asked = Some(Instant::now());
        if too_soon {
            device.interval += self.options.device_interval;
            let message = "The device asks too often; wait longer between two questions.";
            return Err(LoginFault::plain("slow_down", message));
        }
        match device.decision {
            None => {
                let message = "OAuth 2.0 device flow error. Authorization is pending. Continue polling.";
                Err(LoginFault::new("authorization_pending", 70_016, message))
            }
            Some(Decision::Declined) => {
                Err(LoginFault::plain("authorization_declined", "The end user denied the authorization request."))
            }
            Some(Decision::Approved) => Ok(devices.take(device_code).map(|it| it.scope).unwrap_or_default()),
        }
    }

    /// Decides for the device with this code. False when none waits for it.
    fn decide(&self, user_code: &str, decision: Decision) -> bool {
        let lifetime = self.options.device_lifetime;
        let mut devices = self.devices();
        let mut open = devices.values_mut().filter(|it| it.decision.is_none() && it.began.elapsed() < lifetime);
        match open.find(|it| it.user_code.eq_ignore_ascii_case(user_code)) {
            Some(device) => {
                device.decision = Some(decision);
                true
            }
            None => false,
        }
    }
}

/// `GET /tallyho/device[?user_code=…[&decision=approve|decline]]`.
pub(super) async fn page(
    State(state): State<Arc<ServerState>>,
    Extension(link): Extension<Arc<Link>>,
    RawQuery(query): RawQuery,
) -> Response {
    turn(&state, &link, &Form::parse(query.unwrap_or_default().as_bytes()))
}

/// The same as a form, or with its members behind `?`.
pub(super) async fn decide(
    State(state): State<Arc<ServerState>>,
    Extension(link): Extension<Arc<Link>>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let all = [query.unwrap_or_default().as_bytes(), b"&", &body].concat();
    turn(&state, &link, &Form::parse(&all))
}

fn turn(state: &ServerState, link: &Link, form: &Form) -> Response {
    let Some(login) = &state.login else { return absent() };
    if !link.peer.ip().is_loopback() {
        return html(StatusCode::FORBIDDEN, "Only people at the machine that serves can decide.");
    }
    let user_code = form.get("user_code").unwrap_or("").trim();
    let decision = match form.get("decision") {
        Some("approve") => Decision::Approved,
        Some("decline") => Decision::Declined,
        Some(_) => return html(StatusCode::BAD_REQUEST, "A decision is <b>approve</b> or <b>decline</b>."),
        None => return html(StatusCode::OK, &question(user_code)),
    };
    match (login.decide(user_code, decision), decision) {
        (false, _) => html(StatusCode::NOT_FOUND, "No device waits with this code."),
        (true, Decision::Approved) => html(StatusCode::OK, "The device is approved. You may close this page."),
        (true, Decision::Declined) => html(StatusCode::OK, "The device is declined. You may close this page."),
    }
}

fn question(user_code: &str) -> String {
    let harmless: String = user_code.chars().filter(char::is_ascii_alphanumeric).take(20).collect();
    format!(
        "<form method=\"post\"><p>Does this code stand on a device of yours?</p>\
         <p><input name=\"user_code\" value=\"{harmless}\" autofocus></p>\
         <p><button name=\"decision\" value=\"approve\">Approve</button> \
         <button name=\"decision\" value=\"decline\">Decline</button></p></form>"
    )
}

fn html(status: StatusCode, body: &str) -> Response {
    let page = format!("<!DOCTYPE html><meta charset=\"utf-8\"><title>Tallyho: device sign-in</title>{body}\n");
    let mut response = Response::new(Body::from(page));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    let policy = HeaderValue::from_static("default-src 'none'; form-action 'self'; frame-ancestors 'none'");
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    private(response)
}
