//! The columns of the answer and the rows that wait for the next batch.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::ArrayRef;
use arrow::datatypes::{Field, Schema, SchemaRef};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};

use super::column::ColumnBuilder;
use super::lexer::Lexer;
use super::schema::WireColumn;
use super::{Emit, Fault, RemoteEvent, Shape};
use crate::kql::ScalarType;
use crate::result::Column;

/// Rows after which a batch goes out: the first ones sooner, so that something is seen.
const BATCH_ROWS: [usize; 3] = [128, 1024, 4096];
/// Cells after which it goes out anyway, since a missing value takes no room in the body but does here.
const BATCH_CELLS: usize = 1 << 20;
/// Bytes of the body after which it goes out anyway.
const BATCH_BYTES: u64 = 8 << 20;
/// When the body comes slowly, rows wait no longer than this for others.
const MAX_WAIT: Duration = Duration::from_millis(200);
/// Values that an answer may have however short it is, and for each byte of it. A row may lack its values, and a null
/// takes room here that it does not take in the body: with many columns a short body could fill the memory.
const FREE_CELLS: u64 = 4_000_000;
const CELLS_PER_BYTE: u64 = 16;
/// Keys of rows that the schema does not name and that become columns nevertheless.
const MAX_EXTRA_COLUMNS: usize = 64;

/// Lines about columns that are worth reading; with thousands of columns there could be as many.
const MAX_NOTES: usize = 40;

pub(super) struct Table<'a, 'e> {
    emit: &'a mut Emit<'e>,
    pub(super) shape: Shape,
    is_started: bool,
    pub(super) columns: Vec<Column>,
    pub(super) builders: Vec<ColumnBuilder>,
    pub(super) keys: Keys,
    schema: SchemaRef,
    /// What went out already: sent again when a later row brings a column that the schema does not name. Only rows as
    /// objects can do that.
    sent: Vec<RecordBatch>,
    n_batches: usize,
    n_sent: u64,
    /// Rows in the builders.
    pub(super) n_pending: usize,
    /// Values that the current row has brought.
    pub(super) n_filled: usize,
    flushed_at: Instant,
    flushed_position: u64,
    n_fills: u64,
    pub(super) faults: RowFaults,
}

/// What is wrong with rows that were read nevertheless.
#[derive(Debug, Default)]
pub(super) struct RowFaults {
    /// Columns of a type that nobody knows: name and type.
    pub(super) unknown_types: Vec<(String, String)>,
    /// Columns that only rows name.
    extra_columns: Vec<String>,
    pub(super) n_extra_keys: u64,
    pub(super) n_repeated_keys: u64,
    /// Values behind the last column.
    pub(super) n_surplus: u64,
    /// Rows that end before the last column.
    pub(super) n_short: u64,
    pub(super) n_broken_texts: u64,
}

/// The names of the columns as rows have them.
#[derive(Debug, Default)]
pub(super) struct Keys {
    /// In quotes and with a colon, for a comparison with the body as it is.
    pub(super) quoted: Vec<String>,
    /// Of two columns of one name the first.
    exact: HashMap<String, usize>,
    lower: HashMap<String, usize>,
}

impl Keys {
    fn push(&mut self, name: &str) {
        let idx = self.quoted.len();
        self.quoted.push(format!("{}:", serde_json::Value::from(name)));
        self.exact.entry(name.to_owned()).or_insert(idx);
        self.lower.entry(name.to_ascii_lowercase()).or_insert(idx);
    }

    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.exact.get(name).copied()
    }

    /// The column of a name in another case.
    pub(super) fn find_lower(&self, name: &str) -> Option<usize> {
        self.lower.get(&name.to_ascii_lowercase()).copied()
    }
}

impl<'a, 'e> Table<'a, 'e> {
    pub(super) fn new(shape: Shape, emit: &'a mut Emit<'e>) -> Self {
        Self {
            emit,
            shape,
            is_started: false,
            columns: Vec::new(),
            builders: Vec::new(),
            keys: Keys::default(),
            schema: Arc::new(Schema::empty()),
            sent: Vec::new(),
            n_batches: 0,
            n_sent: 0,
            n_pending: 0,
            n_filled: 0,
            flushed_at: Instant::now(),
            flushed_position: 0,
            n_fills: 0,
            faults: RowFaults::default(),
        }
    }

    /// True when the columns are known.
    pub(super) fn is_started(&self) -> bool {
        self.is_started
    }

    pub(super) fn n_rows(&self) -> u64 {
        self.n_sent + self.n_pending as u64
    }

    /// The columns are known, and go out.
    pub(super) fn start(&mut self, columns: Vec<WireColumn>) -> Result<(), Fault> {
        self.is_started = true;
        for column in columns {
            if let Some(type_name) = column.unknown_type {
                self.faults.unknown_types.push((column.name.clone(), type_name));
            }
            self.push_column(column.name, column.ty);
        }
        self.send_columns()
    }

    fn push_column(&mut self, name: String, ty: ScalarType) {
        self.keys.push(&name);
        self.builders.push(ColumnBuilder::new(ty, self.shape));
        self.columns.push(Column { name, ty });
    }

    fn send_columns(&mut self) -> Result<(), Fault> {
        let field = |(column, builder): (&Column, &ColumnBuilder)| Field::new(&column.name, builder.data_type(), true);
        let fields: Vec<Field> = self.columns.iter().zip(&self.builders).map(field).collect();
        self.schema = Arc::new(Schema::new(fields));
        self.send(RemoteEvent::Columns(self.columns.clone()))
    }

    pub(super) fn send(&mut self, event: RemoteEvent) -> Result<(), Fault> {
        if (self.emit)(event) { Ok(()) } else { Err(Fault::Stopped) }
    }

    /// A row has a key that the schema does not name: it becomes a column, in which the rows before have nothing.
    /// `None` when there are too many of them.
    pub(super) fn add_column(&mut self, name: &str, ty: ScalarType) -> Result<Option<usize>, Fault> {
        if self.faults.extra_columns.len() == MAX_EXTRA_COLUMNS {
            self.faults.n_extra_keys += 1;
            return Ok(None);
        }
        self.faults.extra_columns.push(name.to_owned());
        self.push_column(name.to_owned(), ty);
        self.send_columns()?;
        let idx = self.columns.len() - 1;
        for batch in std::mem::take(&mut self.sent) {
            let nulls = self.builders[idx].nulls(batch.num_rows());
            let mut arrays = batch.columns().to_vec();
            arrays.push(nulls);
            self.send_batch(arrays, batch.num_rows())?;
        }
        for _ in 0..self.n_pending {
            self.builders[idx].push_null();
        }
        Ok(Some(idx))
    }

    /// The rows so far are void: the service sends them anew.
    pub(super) fn replace(&mut self) -> Result<(), Fault> {
        for builder in &mut self.builders {
            builder.finish(0);
        }
        let was_sent = self.n_sent > 0;
        (self.n_sent, self.n_pending) = (0, 0);
        self.sent.clear();
        if was_sent { self.send_columns() } else { Ok(()) }
    }

    /// The row is complete: what it lacked is null, and a full batch goes out.
    pub(super) fn end_row(&mut self, lexer: &Lexer<'_>) -> Result<(), Fault> {
        if self.n_filled < self.builders.len() {
            for builder in &mut self.builders {
                if builder.len() == self.n_pending {
                    builder.push_null();
                }
            }
        }
        self.n_filled = 0;
        self.n_pending += 1;
        if self.n_pending >= self.batch_rows(self.n_batches) || self.waited_long(lexer) {
            if self.n_rows() * self.builders.len() as u64 > FREE_CELLS + CELLS_PER_BYTE * lexer.position() {
                return Err(Fault::Malformed("its rows lack far more values than they have".to_owned()));
            }
            self.flushed_position = lexer.position();
            return self.flush();
        }
        Ok(())
    }

    /// Rows that fill a batch.
    fn batch_rows(&self, n_sent: usize) -> usize {
        BATCH_ROWS[n_sent.min(2)].min((BATCH_CELLS / self.builders.len().max(1)).max(1))
    }

    /// Looked at only when the body was waited for, because then there is time.
    #[inline]
    fn waited_long(&mut self, lexer: &Lexer<'_>) -> bool {
        if self.n_fills == lexer.n_fills() {
            return false;
        }
        self.n_fills = lexer.n_fills();
        let n_bytes = lexer.position().saturating_sub(self.flushed_position);
        n_bytes > BATCH_BYTES || self.flushed_at.elapsed() > MAX_WAIT
    }

    /// Sends the rows that wait.
    pub(super) fn flush(&mut self) -> Result<(), Fault> {
        self.flushed_at = Instant::now();
        let n_rows = std::mem::take(&mut self.n_pending);
        if n_rows == 0 {
            return Ok(());
        }
        self.n_sent += n_rows as u64;
        self.n_batches += 1;
        // The last batches have as many rows as the one before, or fewer.
        let n_next = self.batch_rows(self.n_batches + 1);
        let arrays = self.builders.iter_mut().map(|it| it.finish(n_next)).collect();
        self.send_batch(arrays, n_rows)
    }

    fn send_batch(&mut self, arrays: Vec<ArrayRef>, n_rows: usize) -> Result<(), Fault> {
        let options = RecordBatchOptions::new().with_row_count(Some(n_rows));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)?;
        if matches!(self.shape, Shape::Hunting { .. }) {
            self.sent.push(batch.clone());
        }
        self.send(RemoteEvent::Batch(batch))
    }

    /// A line for whatever a reader of the rows should know about them.
    pub(super) fn notes(&self) -> Vec<String> {
        let misfits = self.columns.iter().zip(&self.builders).filter(|(_, builder)| builder.n_misfits > 0);
        let note = |(column, builder): (&Column, &ColumnBuilder)| {
            let values = count(builder.n_misfits, "value", "values");
            format!("{values} of column '{}' are no {} and shown as null", column.name, column.ty)
        };
        let mut notes: Vec<String> = misfits.map(note).collect();
        self.faults.add_notes(&mut notes);
        if notes.len() > MAX_NOTES {
            let n_more = notes.len() - MAX_NOTES;
            notes.truncate(MAX_NOTES);
            notes.push(format!("{n_more} more notes like these are left out"));
        }
        notes
    }
}

impl RowFaults {
    fn add_notes(&self, notes: &mut Vec<String>) {
        for (name, ty) in &self.unknown_types {
            notes.push(match ty.as_str() {
                "" => format!("column '{name}' has no type; shown as dynamic"),
                ty => format!("column '{name}' is of the type '{ty}', which is not known; shown as dynamic"),
            });
        }
        if !self.extra_columns.is_empty() {
            let names = self.extra_columns.join("', '");
            notes.push(format!("the schema does not name '{names}', which rows have; shown as the last columns"));
        }
        let mut add = |n: u64, one: &str, many: &str, what: &str| {
            if n > 0 {
                notes.push(format!("{} {what}", count(n, one, many)));
            }
        };
        add(self.n_extra_keys, "more value", "more values", "under names that the schema does not have are left out");
        add(self.n_repeated_keys, "name", "names", "came twice in a row of the answer; the first value is shown");
        add(self.n_surplus, "value", "values", "behind the last column are left out");
        add(self.n_short, "row has", "rows have", "fewer values than there are columns; the rest is null");
        add(self.n_broken_texts, "text", "texts", "had half a character, shown as U+FFFD");
    }
}

fn count(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}
