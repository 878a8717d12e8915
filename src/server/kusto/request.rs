//! What a Kusto client sends: a body or an address, and headers that name the request.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, header};
use serde_json::{Map, Value};

use super::super::fault::guid;
use super::fault::KustoFault;

#[derive(Debug, Clone, Default)]
pub(super) struct KustoRequest {
    pub(super) database: Option<String>,
    pub(super) text: String,
    pub(super) options: Map<String, Value>,
    /// Values for `declare query_parameters`.
    pub(super) parameters: Vec<(String, String)>,
    pub(super) client_request_id: Option<String>,
}

/// What an answer is told apart by.
#[derive(Debug, Clone)]
pub(super) struct Ids {
    pub(super) client_request_id: String,
    pub(super) activity_id: String,
}

impl Ids {
    /// The header's name for the request, else that of the properties, else one that says that there was none.
    pub(super) fn of(headers: &HeaderMap, of_properties: Option<&str>) -> Self {
        let of_header = headers.get(super::CLIENT_REQUEST_ID).and_then(|it| it.to_str().ok());
        let given = of_header.or(of_properties).filter(|it| !it.is_empty());
        let client_request_id = given.map_or_else(|| format!("unspecified;{}", guid()), str::to_owned);
        Self { client_request_id, activity_id: guid() }
    }
}

/// Errors are plain text for a client that does not ask for JSON.
pub(super) fn wants_json(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|it| it.to_str().ok());
    accepted.flat_map(|it| it.split(',')).any(|it| {
        let kind = it.split(';').next().unwrap_or("").trim();
        kind.eq_ignore_ascii_case("application/json")
    })
}

impl KustoRequest {
    /// `{"db": …, "csl": …, "properties": …}`, the properties as an object or as text that holds one.
    pub(super) fn of_body(body: Result<Bytes, BytesRejection>) -> Result<Self, KustoFault> {
        let body = body.map_err(|rejection| KustoFault::unreadable(&rejection))?;
        let members: Map<String, Value> = serde_json::from_slice(&body)
            .map_err(|error| KustoFault::bad_request(&format!("the body is no JSON object: {error}")))?;
        let database = text_member(&members, "db")?;
        let Some(text) = text_member(&members, "csl")? else {
            return Err(KustoFault::bad_request("'csl' is missing: the text of the query or command"));
        };
        let mut request = Self { database, text, ..Self::default() };
        request.take_properties(member(&members, "properties"))?;
        Ok(request)
    }

    /// `?db=…&csl=…`, perhaps with `properties` as text.
    pub(super) fn of_address(query: Option<&str>) -> Result<Self, KustoFault> {
        let mut request = Self::default();
        let mut text = None;
        for (name, value) in url::form_urlencoded::parse(query.unwrap_or("").as_bytes()) {
            match name.to_ascii_lowercase().as_str() {
                "db" => request.database = Some(value.into_owned()),
                "csl" => text = Some(value.into_owned()),
                "properties" => request.take_properties(Some(&Value::from(value.into_owned())))?,
                _ => {}
            }
        }
        match text {
            Some(text) => Ok(Self { text, ..request }),
            None => Err(KustoFault::bad_request("'csl' is missing: the text of the query")),
        }
    }

    fn take_properties(&mut self, properties: Option<&Value>) -> Result<(), KustoFault> {
        let wrong = || KustoFault::bad_request("'properties' must be an object, or text that holds one");
        let parsed;
        let properties = match properties {
            None | Some(Value::Null) => return Ok(()),
            Some(Value::String(text)) if text.trim().is_empty() => return Ok(()),
            Some(Value::String(text)) => {
                parsed = serde_json::from_str::<Value>(text).map_err(|_| wrong())?;
                &parsed
            }
            Some(value) => value,
        };
        let members = match properties {
            Value::Null => return Ok(()),
            Value::Object(members) => members,
            _ => return Err(wrong()),
        };
        self.client_request_id = text_member(members, "ClientRequestId")?;
        self.options = object_member(members, "Options")?;
        let parameters = object_member(members, "Parameters")?;
        // A value is the text of a literal; a client that sends a number or a truth value means its text.
        self.parameters = parameters
            .into_iter()
            .map(|(name, value)| match value {
                Value::String(text) => (name, text),
                other => (name, other.to_string()),
            })
            .collect();
        Ok(())
    }
}

/// By name in any case, as Kusto reads them.
fn member<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    members.get(name).or_else(|| members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

fn text_member(members: &Map<String, Value>, name: &str) -> Result<Option<String>, KustoFault> {
    match member(members, name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(KustoFault::bad_request(&format!("'{name}' must be text"))),
    }
}

fn object_member(members: &Map<String, Value>, name: &str) -> Result<Map<String, Value>, KustoFault> {
    match member(members, name) {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(object)) => Ok(object.clone()),
        Some(_) => Err(KustoFault::bad_request(&format!("'{name}' must be an object"))),
    }
}
