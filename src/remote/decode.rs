//! The body of an answer becomes columns and record batches while it is read.
//!
//! `Schema`, `Results` and `Stats` are found in any order and either case; what else there is, is ignored. Rows that
//! come before their schema, or without one, are kept as JSON text until the body has ended.

mod column;
mod json_text;
mod rows;
mod schema;

use std::fmt;
use std::io::{self, BufReader, Read};

use arrow::record_batch::RecordBatch;
use bytes::{Buf as _, Bytes};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::auth::SignInPrompt;
use crate::result::{Column, RunStats, Truncation};
use rows::{Table, TypedRows, UntypedRows};

/// How the body of an answer is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `Stats`, `Schema`, `Results` of Defender and MDE, `schema` and `results` of Graph, which annotates its values.
    Hunting { graph: bool },
    /// A list of frames.
    KustoV2,
    /// `Tables`: version 1 of the query API, and management commands.
    KustoV1,
    /// `tables`, `statistics`, `render`.
    LogAnalytics,
}

/// Which of the hunting services answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Service {
    Defender,
    Graph,
}

/// What an answer brings while it arrives. `Columns` comes before any `Batch`; when it comes again, the rows so far are
/// void, because the service has replaced them.
#[derive(Debug, Clone)]
pub enum RemoteEvent {
    /// A person has to act before the query is sent.
    SignIn(SignInPrompt),
    /// A request goes out now, the first or a further one: the service may count it.
    Sent,
    /// What was to be sent did not reach the service, which cannot have counted it.
    Unreached,
    Columns(Vec<Column>),
    Batch(RecordBatch),
    /// The share done that the service states, 0 to 1.
    Progress(f32),
}

/// What is known when the body has ended.
#[derive(Debug, Default)]
pub struct Decoded {
    pub stats: Option<RunStats>,
    pub n_rows: u64,
    /// What the service says about rows that it left out. Not every service says it.
    pub truncation: Option<Truncation>,
    /// How the query asks to be drawn (`render`): the service's JSON.
    pub visualization: Option<String>,
    /// What the reader of the rows should know: values that are not of their column's type, a failure of a part.
    pub notes: Vec<String>,
}

/// Why a body is no answer.
#[derive(Debug)]
pub enum DecodeError {
    /// It ends before its JSON does.
    Cut {
        n_rows: u64,
    },
    /// HTML.
    WebPage,
    Malformed(String),
    /// An error object instead of rows.
    Service(Value),
    /// Nobody wants the rest.
    Stopped,
}

/// Takes an event; false when nobody wants more.
pub type Emit<'a> = dyn FnMut(RemoteEvent) -> bool + 'a;

/// Reads a whole body, which comes in pieces as they arrive. Events go out as soon as there are enough rows for a batch.
pub fn decode(
    body: &mut dyn Iterator<Item = io::Result<Bytes>>,
    shape: Shape,
    emit: &mut Emit<'_>,
) -> Result<Decoded, DecodeError> {
    let service = match shape {
        Shape::Hunting { graph: true } => Service::Graph,
        Shape::Hunting { graph: false } => Service::Defender,
        other => return Err(DecodeError::Malformed(format!("{other:?} is not decoded yet"))),
    };
    let body = Pieces { body, current: Bytes::new() };
    let mut state = State { service, emit, table: None, early_rows: None, stats: None, error: None, stopped: false };
    let mut body = BufReader::with_capacity(64 * 1024, body);
    if first_byte(&mut body) == Some(b'<') {
        return Err(DecodeError::WebPage);
    }
    let mut json = serde_json::Deserializer::from_reader(body);
    let read = BodySeed(&mut state).deserialize(&mut json).and_then(|()| json.end());
    if let Err(error) = read {
        return Err(state.fault(&error));
    }
    state.finish()
}

struct Pieces<'a> {
    body: &'a mut dyn Iterator<Item = io::Result<Bytes>>,
    current: Bytes,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.current.is_empty() {
            let Some(piece) = self.body.next() else { return Ok(0) };
            self.current = piece?;
        }
        let n_bytes = buffer.len().min(self.current.len());
        self.current.copy_to_slice(&mut buffer[..n_bytes]);
        Ok(n_bytes)
    }
}

/// The first byte that is neither blank nor part of a byte order mark, which is skipped.
fn first_byte(body: &mut impl io::BufRead) -> Option<u8> {
    loop {
        let byte = *body.fill_buf().ok()?.first()?;
        if !byte.is_ascii_whitespace() && !matches!(byte, 0xEF | 0xBB | 0xBF) {
            return Some(byte);
        }
        body.consume(1);
    }
}

/// What has been read so far.
struct State<'a, 'e> {
    service: Service,
    emit: &'a mut Emit<'e>,
    table: Option<Table>,
    /// Rows that came before a schema.
    early_rows: Option<UntypedRows>,
    stats: Option<RunStats>,
    error: Option<Value>,
    stopped: bool,
}

impl State<'_, '_> {
    fn fault(&self, error: &serde_json::Error) -> DecodeError {
        let n_rows = self.table.as_ref().map_or(0, Table::n_rows);
        match error.classify() {
            _ if self.stopped || self.table.as_ref().is_some_and(Table::is_stopped) => DecodeError::Stopped,
            serde_json::error::Category::Eof | serde_json::error::Category::Io => DecodeError::Cut { n_rows },
            _ => DecodeError::Malformed(error.to_string()),
        }
    }

    /// The body has ended: gives out what is left.
    fn finish(mut self) -> Result<Decoded, DecodeError> {
        if let Some(rows) = self.early_rows.take() {
            if self.table.is_none() {
                self.start(rows.infer_columns());
            }
            if let Some(table) = &mut self.table {
                rows.pour_into(table, self.emit)?;
            }
        }
        let Some(mut table) = self.table else {
            let nothing = || DecodeError::Malformed("it has neither schema nor results".to_owned());
            return Err(self.error.map_or_else(nothing, DecodeError::Service));
        };
        if !table.flush(self.emit) || self.stopped {
            return Err(DecodeError::Stopped);
        }
        let mut notes = table.notes();
        match self.error {
            Some(error) if table.n_rows() == 0 => return Err(DecodeError::Service(error)),
            Some(error) => notes.push(format!("The service says that the answer is not complete: {error}")),
            None => {}
        }
        Ok(Decoded { stats: self.stats, n_rows: table.n_rows(), notes, ..Decoded::default() })
    }

    /// The schema is known. A second one is ignored.
    fn start(&mut self, columns: Vec<Column>) {
        if self.table.is_none() {
            self.stopped |= !(self.emit)(RemoteEvent::Columns(columns.clone()));
            self.table = Some(Table::new(columns, self.service));
        }
    }
}

/// The object that is the body.
struct BodySeed<'s, 'a, 'e>(&'s mut State<'a, 'e>);

impl<'de> DeserializeSeed<'de> for BodySeed<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for BodySeed<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with schema and results")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let state = self.0;
        while let Some(key) = map.next_key::<String>()? {
            match key.to_ascii_lowercase().as_str() {
                "schema" => {
                    if let Some(columns) = map.next_value_seed(schema::SchemaSeed)? {
                        state.start(columns);
                    }
                }
                "results" => match &mut state.table {
                    Some(table) => map.next_value_seed(TypedRows { table, emit: state.emit })?,
                    None => map.next_value_seed(state.early_rows.get_or_insert_default())?,
                },
                "stats" => state.stats = Some(RunStats::from_wire(&map.next_value()?)),
                "error" => state.error = Some(map.next_value()?),
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
            if state.stopped {
                return Err(serde::de::Error::custom("nobody wants the rest"));
            }
        }
        Ok(())
    }
}
