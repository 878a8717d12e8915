//! The rows of an answer: objects whose keys are column names.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{Field, Schema, SchemaRef};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::Service;
use super::column::{CellSeed, ColumnBuilder};
use super::{DecodeError, Emit, RemoteEvent};
use crate::kql::ScalarType;
use crate::result::Column;

/// Rows after which a batch goes out; the first one sooner, so that something is seen.
const BATCH_ROWS: usize = 8_192;
const FIRST_BATCH_ROWS: usize = 512;
/// Bytes of text after which it goes out anyway: an Arrow array of text holds no more than 2 GB.
const BATCH_BYTES: usize = 32 << 20;

/// The columns and the rows of the next batch.
pub(super) struct Table {
    columns: Vec<Column>,
    /// The place of each name; of two columns of one name the first.
    places: HashMap<String, usize>,
    builders: Vec<ColumnBuilder>,
    schema: SchemaRef,
    /// Rows in the builders.
    n_pending: usize,
    n_sent: u64,
    stopped: bool,
}

impl Table {
    pub(super) fn new(columns: Vec<Column>, service: Service) -> Self {
        let mut places = HashMap::with_capacity(columns.len());
        for (idx, column) in columns.iter().enumerate() {
            places.entry(column.name.clone()).or_insert(idx);
        }
        let builders: Vec<_> = columns.iter().map(|column| ColumnBuilder::new(column.ty, service)).collect();
        let field = |(column, builder): (&Column, &ColumnBuilder)| Field::new(&column.name, builder.data_type(), true);
        let schema = Arc::new(Schema::new(columns.iter().zip(&builders).map(field).collect::<Vec<_>>()));
        Self { columns, places, builders, schema, n_pending: 0, n_sent: 0, stopped: false }
    }

    pub(super) fn n_rows(&self) -> u64 {
        self.n_sent + self.n_pending as u64
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// A line for each column that had values which are not of its type; they are null in the result.
    pub(super) fn notes(&self) -> Vec<String> {
        let misfits = self.columns.iter().zip(&self.builders).filter(|(_, builder)| builder.n_misfits > 0);
        let note = |(column, builder): (&Column, &ColumnBuilder)| {
            let values = if builder.n_misfits == 1 { "value" } else { "values" };
            format!("{} {values} of column '{}' are no {} and shown as null", builder.n_misfits, column.name, column.ty)
        };
        misfits.map(note).collect()
    }

    /// Sends the rows that are waiting. False when nobody wants them.
    pub(super) fn flush(&mut self, emit: &mut Emit<'_>) -> bool {
        if self.n_pending > 0 {
            let arrays: Vec<ArrayRef> = self.builders.iter_mut().map(ColumnBuilder::finish).collect();
            let options = RecordBatchOptions::new().with_row_count(Some(self.n_pending));
            let batch = RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options);
            self.n_sent += self.n_pending as u64;
            self.n_pending = 0;
            self.stopped |= !batch.is_ok_and(|batch| emit(RemoteEvent::Batch(batch)));
        }
        !self.stopped
    }

    /// The row is complete: what it lacked is null, and a full batch goes out.
    fn end_row(&mut self, emit: &mut Emit<'_>) -> bool {
        for builder in &mut self.builders {
            if builder.len() == self.n_pending {
                builder.push_null();
            }
        }
        self.n_pending += 1;
        let enough = if self.n_sent == 0 { FIRST_BATCH_ROWS } else { BATCH_ROWS };
        let n_bytes: usize = self.builders.iter().map(ColumnBuilder::text_bytes).sum();
        if self.n_pending >= enough || n_bytes >= BATCH_BYTES { self.flush(emit) } else { true }
    }
}

/// Reads rows whose columns are known.
pub(super) struct TypedRows<'t, 'e, 'f> {
    pub(super) table: &'t mut Table,
    pub(super) emit: &'e mut Emit<'f>,
}

impl<'de> DeserializeSeed<'de> for TypedRows<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for TypedRows<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of rows")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(RowSeed(&mut *self.table))?.is_some() {
            if !self.table.end_row(self.emit) {
                return Err(A::Error::custom("nobody wants the rest"));
            }
        }
        Ok(())
    }
}

/// One row.
struct RowSeed<'t>(&'t mut Table);

impl<'de> DeserializeSeed<'de> for RowSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for RowSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row as an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Table { columns, places, builders, n_pending, .. } = self.0;
        let mut expected = 0;
        while let Some(key) = map.next_key_seed(KeySeed { columns, places, expected })? {
            match key {
                // A key that comes twice counts the first time.
                Key::Column(idx) if builders[idx].len() == *n_pending => {
                    map.next_value_seed(CellSeed(&mut builders[idx]))?;
                    expected = idx + 1;
                }
                Key::Annotation(idx) => {
                    let odata_type = map.next_value::<Value>()?;
                    builders[idx].is_collection = odata_type.as_str().is_some_and(|it| it.contains("Collection("));
                }
                Key::Column(_) | Key::Other => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

/// What a key of a row means.
enum Key {
    Column(usize),
    /// `X@odata.type` before the column `X`.
    Annotation(usize),
    Other,
}

struct KeySeed<'a> {
    columns: &'a [Column],
    places: &'a HashMap<String, usize>,
    /// The column behind the one before: usually it is this.
    expected: usize,
}

impl<'de> DeserializeSeed<'de> for KeySeed<'_> {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed<'_> {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a column")
    }

    fn visit_str<E>(self, key: &str) -> Result<Key, E> {
        if self.columns.get(self.expected).is_some_and(|column| column.name == key)
            && self.places.get(key) == Some(&self.expected)
        {
            return Ok(Key::Column(self.expected));
        }
        if let Some(idx) = self.places.get(key) {
            return Ok(Key::Column(*idx));
        }
        let annotated = key.strip_suffix("@odata.type").and_then(|name| self.places.get(name));
        Ok(annotated.map_or(Key::Other, |idx| Key::Annotation(*idx)))
    }
}

/// Rows that came before their schema, as their own JSON.
#[derive(Debug, Default)]
pub(super) struct UntypedRows(Vec<Box<RawValue>>);

impl<'de> DeserializeSeed<'de> for &mut UntypedRows {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let rows: Option<Vec<Box<RawValue>>> = serde::Deserialize::deserialize(deserializer)?;
        self.0.extend(rows.unwrap_or_default());
        Ok(())
    }
}

impl UntypedRows {
    /// The columns that the rows have, in the order they are first met: a string when every value is one, else dynamic.
    pub(super) fn infer_columns(&self) -> Vec<Column> {
        let mut columns: Vec<Column> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        for row in &self.0 {
            let cells: Map<String, Value> = serde_json::from_str(row.get()).unwrap_or_default();
            for (name, value) in cells.into_iter().filter(|(name, _)| !name.ends_with("@odata.type")) {
                let idx = *places.entry(name).or_insert_with_key(|name| {
                    columns.push(Column { name: name.clone(), ty: ScalarType::String });
                    columns.len() - 1
                });
                if !matches!(value, Value::String(_) | Value::Null) {
                    columns[idx].ty = ScalarType::Dynamic;
                }
            }
        }
        columns
    }

    /// Reads the rows once more, now that their columns are known.
    pub(super) fn pour_into(self, table: &mut Table, emit: &mut Emit<'_>) -> Result<(), DecodeError> {
        for row in self.0 {
            let mut json = serde_json::Deserializer::from_str(row.get());
            RowSeed(table).deserialize(&mut json).map_err(|it| DecodeError::Malformed(it.to_string()))?;
            if !table.end_row(emit) {
                return Err(DecodeError::Stopped);
            }
        }
        Ok(())
    }
}
