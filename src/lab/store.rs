//! Tables as Parquet: the only place of the lab that knows Arrow.
//!
//! Datetimes are ticks in an Int64, as everywhere in Tallyho; the field's metadata says so (`tallyho.type`). Nothing of the
//! file depends on the machine: one writer version, one compression level, a fixed creator.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int32Array, Int64Array, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use super::error::LabError;
use super::finish;
use super::rows::{Cells, Column, NULL, Pool, Table};
use crate::kql::ScalarType;

/// Few enough rows in a group that a day's predicate prunes most of a table.
const ROW_GROUP: usize = 8_192;

/// The whole file of one table, rows in the order of time.
pub(super) fn encode(table: &Table, pool: &Pool) -> Result<Vec<u8>, LabError> {
    let fail = |message: String| LabError::Encode { table: table.name.to_owned(), message };
    let order = finish::order(table);
    let schema = arrow_schema(table);
    let properties = properties().map_err(fail)?;
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, Arc::clone(&schema), Some(properties))
        .map_err(|error| fail(error.to_string()))?;
    for rows in order.chunks(ROW_GROUP) {
        let arrays = table.columns.iter().map(|column| array(column, pool, rows)).collect();
        let batch = RecordBatch::try_new(Arc::clone(&schema), arrays).map_err(|error| fail(error.to_string()))?;
        writer.write(&batch).map_err(|error| fail(error.to_string()))?;
    }
    writer.close().map_err(|error| fail(error.to_string()))?;
    Ok(bytes)
}

fn properties() -> Result<WriterProperties, String> {
    let level = ZstdLevel::try_new(9).map_err(|error| error.to_string())?;
    Ok(WriterProperties::builder()
        .set_created_by("tallyho lab".to_owned())
        .set_compression(Compression::ZSTD(level))
        .set_dictionary_enabled(true)
        .set_column_dictionary_enabled("Timestamp".into(), false)
        .set_column_encoding("Timestamp".into(), Encoding::DELTA_BINARY_PACKED)
        .set_column_dictionary_enabled("ProcessCreationTime".into(), false)
        .set_column_encoding("ProcessCreationTime".into(), Encoding::DELTA_BINARY_PACKED)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .build())
}

fn arrow_schema(table: &Table) -> SchemaRef {
    let fields: Vec<Field> = table
        .columns
        .iter()
        .map(|column| {
            let ty = match column.ty {
                ScalarType::Bool => DataType::Boolean,
                ScalarType::Int => DataType::Int32,
                ScalarType::Long | ScalarType::Datetime | ScalarType::Timespan => DataType::Int64,
                _ => DataType::Utf8,
            };
            let metadata = HashMap::from([("tallyho.type".to_owned(), column.ty.name().to_owned())]);
            Field::new(&column.name, ty, true).with_metadata(metadata)
        })
        .collect();
    Arc::new(Schema::new(fields))
}

fn array(column: &Column, pool: &Pool, rows: &[usize]) -> ArrayRef {
    match &column.cells {
        Cells::Text(cells) => {
            let mut builder = StringBuilder::with_capacity(rows.len(), rows.len() * 16);
            for row in rows {
                let text = pool.text(cells[*row]);
                if text.is_empty() && column.ty != ScalarType::String {
                    builder.append_null();
                } else {
                    builder.append_value(text);
                }
            }
            Arc::new(builder.finish())
        }
        Cells::Number(cells) => {
            let numbers = rows.iter().map(|row| Some(cells[*row]).filter(|number| *number != NULL));
            match column.ty {
                ScalarType::Bool => Arc::new(numbers.map(|it| it.map(|flag| flag != 0)).collect::<BooleanArray>()),
                ScalarType::Int => Arc::new(numbers.map(|it| it.map(|number| number as i32)).collect::<Int32Array>()),
                _ => Arc::new(numbers.collect::<Int64Array>()),
            }
        }
    }
}
