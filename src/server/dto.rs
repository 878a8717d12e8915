//! The bodies of requests, as each service reads them.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::fault::Fault;

/// `{"Query": …}`: here the name is case-sensitive, as at the service.
pub(super) fn defender_query(body: &[u8]) -> Result<String, Fault> {
    let members = object(body)?;
    match members.get("Query") {
        Some(Value::String(query)) => Ok(query.clone()),
        Some(_) => Err(Fault::bad_body("'Query' must be a string")),
        None => Err(match members.keys().find(|key| key.eq_ignore_ascii_case("query")) {
            Some(key) => Fault::missing(&format!("'Query' is missing; '{key}' is not the same name")),
            None => Fault::missing("'Query' is missing"),
        }),
    }
}

/// `{"Query": …}` with names in any case. What narrows the data is refused while it is not done.
pub(super) fn graph_query(body: &[u8]) -> Result<String, Fault> {
    let members = object(body)?;
    let member = |name: &str| members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    for name in ["Timespan", "workspaceId"] {
        if member(name).is_some_and(|value| !value.is_null()) {
            return Err(Fault::refused(&format!("tallyho does not run '{name}' yet")));
        }
    }
    match member("query") {
        Some(Value::String(query)) => Ok(query.clone()),
        Some(_) => Err(Fault::bad_body("'Query' must be a string")),
        None => Err(Fault::missing("'Query' is missing")),
    }
}

/// Any content type will do: what counts is that it is a JSON object.
fn object(body: &[u8]) -> Result<Map<String, Value>, Fault> {
    serde_json::from_slice(body).map_err(|error| Fault::bad_body(&format!("the body is no JSON object: {error}")))
}

/// What `GET /healthz` says.
pub(super) struct Health<'a> {
    pub(super) connection: &'a str,
    pub(super) uptime: Duration,
    pub(super) n_running: usize,
    pub(super) n_queued: usize,
    pub(super) n_connections: usize,
    pub(super) auth: &'static str,
    pub(super) quota: Option<&'a str>,
}

impl Health<'_> {
    pub(super) fn json(&self) -> Value {
        json!({
            "status": "ok",
            "name": "tallyho",
            "version": env!("CARGO_PKG_VERSION"),
            "connection": self.connection,
            "uptime_seconds": self.uptime.as_secs_f64(),
            "running": self.n_running,
            "queued": self.n_queued,
            "connections": self.n_connections,
            "auth": self.auth,
            "quota": self.quota,
        })
    }
}

/// What `GET /` says.
pub(super) fn contents(connection: &str) -> Value {
    json!({
        "name": "tallyho",
        "version": env!("CARGO_PKG_VERSION"),
        "connection": connection,
        "endpoints": [
            "GET /healthz",
            "POST /api/advancedhunting/run",
            "POST /v1.0/security/runHuntingQuery",
            "POST /beta/security/runHuntingQuery",
        ],
    })
}
