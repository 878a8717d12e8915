//! A result as a compressed Arrow file, as it is kept beside the history: the KQL type of each column stands in the
//! metadata of its field, since an array alone does not say whether it is a long or a datetime.

use std::collections::HashMap;
use std::io::{self, Read, Seek, Write};
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::compute::cast;
use arrow::datatypes::{DECIMAL256_MAX_PRECISION, DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::ipc::CompressionType;
use arrow::ipc::reader::FileReader;
use arrow::ipc::writer::{FileWriter, IpcWriteOptions};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};

use super::set::{Column, ResultSet, Truncation};
use crate::kql::ScalarType;

/// The key of a column's KQL type.
const TYPE: &str = "kql.type";
/// Keys of why rows are missing.
const CUT_ROWS: &str = "tallyho.cut.rows";
const CUT_BYTES: &str = "tallyho.cut.bytes";
const CUT_WORDS: &str = "tallyho.cut.words";
/// What opening an old result takes matters more than the last percent of its size.
const ZSTD_LEVEL: i32 = 1;

/// Writes the rows and all that is known of them as a compressed Arrow file.
pub fn write_arrow(set: &ResultSet, out: impl Write) -> io::Result<()> {
    let schema = schema_of(set);
    let options = IpcWriteOptions::default()
        .try_with_compression(Some(CompressionType::ZSTD))
        .and_then(|it| it.try_with_compression_level(Some(ZSTD_LEVEL)))
        .map_err(io_error)?;
    let mut writer = FileWriter::try_new_with_options(out, &schema, options).map_err(io_error)?;
    for batch in set.batches() {
        writer.write(&conformed(batch, &schema).map_err(io_error)?).map_err(io_error)?;
    }
    writer.finish().map_err(io_error)?;
    writer.get_mut().flush()
}

/// Reads what [`write_arrow`] has written. A file that was cut, or that another program wrote, is an error in words.
/// Whether bytes have changed is for who keeps the file to know: what they say of lengths is believed here.
pub fn read_arrow(input: impl Read + Seek) -> Result<ResultSet, String> {
    // The reader checks what it reads; a file that is damaged all the same must not end the program.
    let read = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| read(input)));
    read.unwrap_or_else(|_| Err("the file is damaged".to_owned()))
}

fn read(input: impl Read + Seek) -> Result<ResultSet, String> {
    let words = |error: ArrowError| format!("the file cannot be read: {error}");
    let reader = FileReader::try_new_buffered(input, None).map_err(words)?;
    let schema = reader.schema();
    let mut set = ResultSet::new(columns_of(&schema)?);
    set.truncation = truncation_of(schema.metadata());
    for batch in reader {
        set.push(batch.map_err(words)?);
    }
    Ok(set)
}

fn columns_of(schema: &Schema) -> Result<Vec<Column>, String> {
    let column = |field: &Arc<Field>| {
        let name = field.metadata().get(TYPE).ok_or("the file does not say of which types its columns are")?;
        let types = ScalarType::ALL.into_iter().chain([ScalarType::Unknown]);
        let ty = types.into_iter().find(|it| it.name() == name).ok_or_else(|| format!("there is no type '{name}'"))?;
        Ok(Column { name: field.name().clone(), ty })
    };
    schema.fields().iter().map(column).collect()
}

fn truncation_of(metadata: &HashMap<String, String>) -> Option<Truncation> {
    let number = |key| metadata.get(key).and_then(|it| it.parse().ok());
    let rows = number(CUT_ROWS).map(|limit| Truncation::Rows { limit });
    let bytes = || number(CUT_BYTES).map(|limit| Truncation::Bytes { limit });
    rows.or_else(bytes).or_else(|| metadata.get(CUT_WORDS).map(|it| Truncation::Service { message: it.clone() }))
}

fn schema_of(set: &ResultSet) -> SchemaRef {
    let first = set.batches().first();
    let field = |(idx, column): (usize, &Column)| {
        let stored = first.map_or_else(|| storage(column.ty), |it| it.column(idx).data_type().clone());
        let typed = HashMap::from([(TYPE.to_owned(), column.ty.name().to_owned())]);
        Field::new(&column.name, stored, true).with_metadata(typed)
    };
    let fields: Vec<_> = set.columns().iter().enumerate().map(field).collect();
    let cut = match &set.truncation {
        None => None,
        Some(Truncation::Rows { limit }) => Some((CUT_ROWS, limit.to_string())),
        Some(Truncation::Bytes { limit }) => Some((CUT_BYTES, limit.to_string())),
        Some(Truncation::Service { message }) => Some((CUT_WORDS, message.clone())),
    };
    let metadata = cut.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    Arc::new(Schema::new_with_metadata(fields, metadata))
}

/// The batch with the fields of the file: what a column is called in a batch does not matter to a result.
fn conformed(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    let column = |(array, field): (&ArrayRef, &Arc<Field>)| {
        if array.data_type() == field.data_type() { Ok(Arc::clone(array)) } else { cast(array, field.data_type()) }
    };
    let columns = batch.columns().iter().zip(schema.fields()).map(column).collect::<Result<_, _>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)
}

/// How the values of a type are stored, as `kql::scalar` has it.
fn storage(ty: ScalarType) -> DataType {
    match ty {
        ScalarType::Bool => DataType::Boolean,
        ScalarType::Int => DataType::Int32,
        ScalarType::Long | ScalarType::Datetime | ScalarType::Timespan => DataType::Int64,
        ScalarType::Real => DataType::Float64,
        ScalarType::Decimal => DataType::Decimal256(DECIMAL256_MAX_PRECISION, 38),
        ScalarType::Guid | ScalarType::String | ScalarType::Dynamic | ScalarType::Unknown => DataType::Utf8,
    }
}

/// A full disk keeps its own words.
fn io_error(error: ArrowError) -> io::Error {
    match error {
        ArrowError::IoError(_, error) => error,
        other => io::Error::other(other),
    }
}
