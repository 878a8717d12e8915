//! Which tables a service has: by the service's own call where there is one, else by a query.

use std::sync::OnceLock;
use std::time::Duration;

use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::call::{Call, new_request_id};
use super::decode::{DecodeError, RemoteEvent};
use super::error::{self, RemoteError, RemoteErrorKind};
use super::{Asked, RemoteRequest, Session, graph, http, kusto, log_analytics, repeat};
use crate::config::Api;
use crate::result::ResultSet;
use crate::schema::{
    self, Found, SchemaError, SchemaRow, discovery_query, read_getschema_rows, read_hunting_schema, read_kusto_schema,
    read_log_analytics_metadata,
};

/// Longest time for one request.
const TIMEOUT: Duration = Duration::from_mins(2);
/// Tables asked about in one query. Each query is a call that counts, and services limit how long a query may be.
const TABLES_IN_A_QUERY: usize = 25;

impl Session {
    /// The tables that the service has now, as far as it tells. Notes say what was not understood. Ends at once when
    /// cancelled.
    pub async fn schema(
        &self,
        cancel: &CancellationToken,
        sink: &mut dyn FnMut(RemoteEvent),
    ) -> Result<Found, RemoteError> {
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(RemoteError::cancelled()),
            found = self.ask_schema(sink) => found,
        }
    }

    async fn ask_schema(&self, sink: &mut dyn FnMut(RemoteEvent)) -> Result<Found, RemoteError> {
        let service = &self.service;
        match &service.api {
            Api::Defender | Api::Mde => self.discover(sink).await,
            Api::Graph { .. } => {
                let call = graph::schema_call(service, &new_request_id())?;
                match self.text(&call, sink).await {
                    Ok(body) => self.read(&call, read_hunting_schema(&body)),
                    // Only the global cloud has the call, and only in beta; where it is missing or not allowed, a query
                    // may still do.
                    Err(refused)
                        if refused.status.is_some_and(|it| [400, 403, 404, 405, 501].contains(&it.as_u16())) =>
                    {
                        let mut found = self.discover(sink).await?;
                        found.notes.push(format!(
                            "Graph did not tell its tables itself ({}), so the known ones were asked about.",
                            refused.error.message
                        ));
                        Ok(found)
                    }
                    Err(refused) => Err(refused.error),
                }
            }
            Api::Kusto { database, .. } => {
                let (text, id) = (kusto::schema_text(database), new_request_id());
                let call = self.call(&request(&text, &id))?;
                let body = self.text(&call, sink).await.map_err(|it| it.error)?;
                let cell = first_cell(&body).ok_or_else(|| self.unreadable(&call, "it holds no schema"))?;
                self.read(&call, read_kusto_schema(&cell, Some(database)))
            }
            Api::LogAnalytics { workspace, .. } => {
                let call = log_analytics::schema_call(service, workspace, &new_request_id())?;
                let body = self.text(&call, sink).await.map_err(|it| it.error)?;
                self.read(&call, read_log_analytics_metadata(&body))
            }
        }
    }

    /// Sends a call and reads the whole answer.
    async fn text(&self, call: &Call, sink: &mut dyn FnMut(RemoteEvent)) -> Result<String, repeat::Refused> {
        let answered = repeat::answer(self, call, TIMEOUT, &OnceLock::new(), sink).await?;
        let asked = Asked { session: self, call, token: answered.token.as_ref(), timeout: TIMEOUT };
        let text = http::text(&asked, answered.response).await;
        text.map_err(|it| it.without(answered.token.as_ref()).into())
    }

    fn read(&self, call: &Call, found: Result<Found, SchemaError>) -> Result<Found, RemoteError> {
        found.map_err(|it| self.unreadable(call, &it.to_string()))
    }

    fn unreadable(&self, call: &Call, why: &str) -> RemoteError {
        let asked = Asked { session: self, call, token: None, timeout: TIMEOUT };
        error::of_decoding(&asked, &DecodeError::Malformed(error::one_line(why, None)))
    }

    /// Asks about every table of the bundled schema; those that the tenant lacks are left out of the answer.
    async fn discover(&self, sink: &mut dyn FnMut(RemoteEvent)) -> Result<Found, RemoteError> {
        let names: Vec<&str> = schema::advanced_hunting().tables().map(|it| it.name.as_str()).collect();
        let (mut rows, mut notes) = (Vec::new(), Vec::new());
        for names in names.chunks(TABLES_IN_A_QUERY) {
            let Some(text) = discovery_query(names.iter().copied()) else { continue };
            match self.getschema(&text, sink).await {
                Ok(more) => rows.extend(more),
                // A union without a table that is there is a mistake to some services.
                Err(error) if error.kind == RemoteErrorKind::Query => {
                    let (first, last) = (names.first().unwrap_or(&""), names.last().unwrap_or(&""));
                    notes.push(format!("None of the tables {first} to {last} is there: {}", error.message));
                }
                Err(error) => return Err(error),
            }
        }
        if rows.is_empty() {
            let message = format!("{} has none of the known tables", self.service.api.name());
            return Err(RemoteError::connection(message, "Check that the tenant has a product with hunting tables."));
        }
        let mut found = read_getschema_rows(rows);
        found.notes.extend(notes);
        Ok(found)
    }

    async fn getschema(&self, text: &str, sink: &mut dyn FnMut(RemoteEvent)) -> Result<Vec<SchemaRow>, RemoteError> {
        let id = new_request_id();
        let mut rows = ResultSet::default();
        let mut keep = |event| match event {
            RemoteEvent::Columns(columns) => rows = ResultSet::new(columns),
            RemoteEvent::Batch(batch) => rows.push(batch),
            other => sink(other),
        };
        self.ask(&request(text, &id), &OnceLock::new(), &mut keep).await?;
        Ok(schema_rows(&rows))
    }
}

fn request<'a>(text: &'a str, request_id: &'a str) -> RemoteRequest<'a> {
    RemoteRequest { text, time_range: None, time_column: None, parameters: &[], request_id, timeout: TIMEOUT }
}

/// Rows of the answer to a discovery query. A row that lacks something says nothing.
fn schema_rows(rows: &ResultSet) -> Vec<SchemaRow> {
    let place = |name: &str| rows.columns().iter().position(|it| it.name.eq_ignore_ascii_case(name));
    let [Some(table), Some(ordinal), Some(column), Some(ty)] =
        ["SourceTable", "ColumnOrdinal", "ColumnName", "ColumnType"].map(place)
    else {
        return Vec::new();
    };
    let text = |row, column| rows.cell(row, column).text().into_owned();
    let row = |row| SchemaRow {
        table: text(row, table),
        ordinal: text(row, ordinal).parse().unwrap_or(i64::MAX),
        column: text(row, column),
        ty: text(row, ty),
    };
    (0..rows.n_rows()).map(row).collect()
}

/// The first cell of the first table of a command's answer.
fn first_cell(body: &str) -> Option<String> {
    let body: Value = serde_json::from_str(body).ok()?;
    let row = &body.get("Tables")?.get(0)?.get("Rows")?[0];
    match &row[0] {
        Value::String(text) => Some(text.clone()),
        object @ Value::Object(_) => Some(object.to_string()),
        _ => None,
    }
}
