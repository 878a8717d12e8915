//! The bodies of requests, as each service reads them.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::ask::Asked;
use super::fault::Fault;
use crate::config::TimeRange;
use crate::result::parse_guid;

/// `{"Query": …}`: here the name is case-sensitive, as at the service.
pub(super) fn defender_query(body: &[u8]) -> Result<Asked, Fault> {
    let members = object(body)?;
    match members.get("Query") {
        Some(Value::String(query)) => Ok(Asked::new(query.clone())),
        Some(_) => Err(Fault::bad_body("'Query' must be a string")),
        None => Err(match members.keys().find(|key| key.eq_ignore_ascii_case("query")) {
            Some(key) => Fault::missing(&format!("'Query' is missing; '{key}' is not the same name")),
            None => Fault::missing("'Query' is missing"),
        }),
    }
}

/// `{"Query": …, "Timespan": …, "workspaceId": …}` with names in any case.
pub(super) fn graph_query(body: &[u8]) -> Result<Asked, Fault> {
    let members = object(body)?;
    let member = |name: &str| members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    let text_member = |name: &str| match member(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str())),
        Some(_) => Err(Fault::bad_body(&format!("'{name}' must be a string"))),
    };
    text_member("workspaceId")?.map_or(Ok(()), workspace)?;
    let range = text_member("Timespan")?.filter(|text| !text.trim().is_empty()).map(time_range).transpose()?;
    match member("query") {
        Some(Value::String(query)) => Ok(Asked { time_range: range, ..Asked::new(query.clone()) }),
        Some(_) => Err(Fault::bad_body("'Query' must be a string")),
        None => Err(Fault::missing("'Query' is missing")),
    }
}

/// The five forms of ISO 8601.
pub(super) fn time_range(text: &str) -> Result<TimeRange, Fault> {
    TimeRange::parse(text).ok_or_else(|| {
        Fault::refused(&format!("'Timespan' is no ISO 8601 time range such as P7D or 2024-02-01/2024-02-15: {text}"))
    })
}

/// There is one workspace here, and every workspace's id is taken for its own.
pub(super) fn workspace(id: &str) -> Result<(), Fault> {
    match parse_guid(id) {
        Some(_) => Ok(()),
        None => Err(Fault::refused(&format!("'workspaceId' is no workspace's id: {id}"))),
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
            "GET /beta/security/getRunHuntingQuery(query='…')",
            "GET /beta/security/getHuntingSchema",
            "POST /v2/rest/query",
            "POST /v1/rest/query",
            "POST /v1/rest/mgmt",
            "POST /v1/workspaces/{id}/query",
            "GET /v1/workspaces/{id}/metadata",
            "POST /v1/$batch",
        ],
    })
}
