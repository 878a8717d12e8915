//! What is asked for where: one HTTP request as data.

use std::time::{SystemTime, UNIX_EPOCH};

use reqwest::{Method, Url};

use super::Shape;
use super::error::RemoteError;
use super::record::About;
use crate::config::{Api, TimeRange, parse_instant};
use crate::kql::{MAX_DATETIME_TICKS, UNIX_EPOCH_TICKS};
use crate::result::datetime_cell;

/// One request. The token is not part of it.
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) url: Url,
    /// JSON; `None` for a request that has no body.
    pub(super) body: Option<String>,
    /// Beside those that every request has.
    pub(super) headers: Vec<(&'static str, String)>,
    /// How the answer is laid out.
    pub(super) shape: Shape,
    pub(super) api: Api,
    /// What this service did not get of the request, for the notes of the answer.
    pub(super) notes: Vec<String>,
    /// What is to be recorded of a query, where the connection records.
    pub(super) about: Option<About>,
}

impl Call {
    pub(super) fn post(api: &Api, url: Url, body: &serde_json::Value, shape: Shape) -> Self {
        let body = Some(body.to_string());
        Self {
            method: Method::POST,
            url,
            body,
            headers: Vec::new(),
            shape,
            api: api.clone(),
            notes: Vec::new(),
            about: None,
        }
    }

    /// For what is read as text; the shape does not matter then.
    pub(super) fn get(api: &Api, url: Url) -> Self {
        let shape = Shape::Hunting { graph: false };
        Self {
            method: Method::GET,
            url,
            body: None,
            headers: Vec::new(),
            shape,
            api: api.clone(),
            notes: Vec::new(),
            about: None,
        }
    }

    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Says that the service takes no time range, where one is set.
    pub(super) fn without_time_range(mut self, range: Option<&TimeRange>) -> Self {
        if let Some(range) = range {
            self.notes.push(format!(
                "The time range '{}' is not applied: {} takes none beside the query. Filter by time in the query.",
                range.words(),
                self.api.name()
            ));
        }
        self
    }
}

/// A time range as ISO 8601 wants it: instants written out in UTC, spans as they are.
pub(super) fn timespan(range: &TimeRange) -> String {
    let part = |part: &str| parse_instant(part).map_or_else(|| part.trim().to_owned(), instant);
    range.text().split('/').map(part).collect::<Vec<_>>().join("/")
}

/// An instant as the services write and read it.
pub(super) fn instant(ticks: i64) -> String {
    datetime_cell(ticks.clamp(0, MAX_DATETIME_TICKS))
}

/// The clock of this machine in ticks since 0001-01-01.
pub(super) fn now() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    UNIX_EPOCH_TICKS + i64::try_from(since_epoch.as_nanos() / 100).unwrap_or(0)
}

/// A name for a request that no other request has, on any machine: services stop queries by it. It has the form of a
/// guid, since Graph wants one.
pub fn new_request_id() -> String {
    let bits = fastrand::u128(..) & !(0xF << 76 | 0x3 << 62) | (0x4 << 76 | 0x2 << 62);
    let hex = format!("{bits:032x}");
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

/// Refuses values for `declare query_parameters` where the service has no place for them.
pub(super) fn no_parameters(api: &Api, parameters: &[(String, String)]) -> Result<(), RemoteError> {
    match parameters.first() {
        None => Ok(()),
        Some((name, _)) => Err(RemoteError::new(
            super::RemoteErrorKind::Query,
            format!("{} takes no values for query parameters, and there is one for '{name}'", api.name()),
            "Write the value into the query with let.",
        )),
    }
}
