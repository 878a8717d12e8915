//! The body of an answer becomes columns and record batches while it is read: no more than a window of the body is held.
//!
//! The bytes that have arrived are read token by token (`lexer`), and a value goes straight into its column (`column`).
//! Each layout of an answer has a small file of its own (`hunting`, `frames`, `tables`). What is not known is neither an
//! error nor lost: columns that only rows name are appended, types that nobody knows become dynamics, and what could not
//! be kept is said in a note.

mod aside;
mod column;
mod frames;
mod hunting;
mod json_text;
mod lexer;
mod rows;
mod scan;
mod schema;
mod table;
mod tables;
mod text_builder;
mod value;

use std::io;

use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use bytes::Bytes;
use serde_json::Value;

use super::auth::SignInPrompt;
use crate::kql::Render;
use crate::result::{Column, RunStats, Truncation};
use aside::Aside;
use lexer::Lexer;
use table::Table;

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

/// What an answer brings while it arrives. `Columns` comes before any `Batch`; when it comes again, the rows so far are
/// void, because the service has replaced them or a row has brought another column.
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
    /// How the query asks to be drawn, as the service understood it.
    pub render: Option<Render>,
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

/// Why reading ended early.
#[derive(Debug)]
enum Fault {
    Cut,
    Malformed(String),
    Stopped,
}

impl From<ArrowError> for Fault {
    fn from(error: ArrowError) -> Self {
        Self::Malformed(error.to_string())
    }
}

/// Reads a whole body, which comes in pieces as they arrive. Events go out as soon as there are enough rows for a batch.
pub fn decode(
    body: &mut dyn Iterator<Item = io::Result<Bytes>>,
    shape: Shape,
    emit: &mut Emit<'_>,
) -> Result<Decoded, DecodeError> {
    let mut lexer = Lexer::new(body);
    let mut table = Table::new(shape, emit);
    let mut aside = Aside::default();
    match read(&mut lexer, &mut table, &mut aside) {
        Ok(true) => aside.finish(&table),
        Ok(false) => Err(DecodeError::WebPage),
        Err(Fault::Cut) => Err(DecodeError::Cut { n_rows: table.n_rows() }),
        Err(Fault::Malformed(why)) => Err(DecodeError::Malformed(why)),
        Err(Fault::Stopped) => Err(DecodeError::Stopped),
    }
}

/// False when it is a web page.
fn read(lexer: &mut Lexer<'_>, table: &mut Table<'_, '_>, aside: &mut Aside) -> Result<bool, Fault> {
    lexer.pass_byte_order_mark()?;
    match (lexer.peek()?, table.shape) {
        (b'<', _) => return Ok(false),
        (_, Shape::Hunting { .. }) => hunting::read(lexer, table, aside)?,
        // A service that knows only one version answers in it, whatever it was asked for.
        (b'[', Shape::KustoV1 | Shape::KustoV2) => frames::read(lexer, table, aside)?,
        (_, Shape::KustoV1 | Shape::KustoV2 | Shape::LogAnalytics) => tables::read(lexer, table, aside)?,
    }
    if !lexer.is_at_end()? {
        return Err(lexer.malformed("nothing more"));
    }
    table.faults.n_broken_texts = lexer.n_broken_texts();
    table.flush()?;
    Ok(true)
}
