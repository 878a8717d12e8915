//! Parquet: every value as it is, with the types that other programs have for it.
//!
//! A datetime is a timestamp in UTC: in nanoseconds, or in microseconds where the years are too far for that. A timespan
//! is a duration. A column of times that fits neither is text, as everything is that has no type of its own there.

use std::io::{self, Write};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, PrimitiveArray, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, DurationMicrosecondType, DurationNanosecondType, Field, Int64Type, Schema, TimeUnit,
    TimestampMicrosecondType, TimestampNanosecondType,
};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use super::super::cell::Cell;
use super::super::set::ResultSet;
use super::distinct_names;
use crate::kql::{ScalarType, UNIX_EPOCH_TICKS};

/// Rows that are handed over at once: whoever waits can stop between them.
const ROWS_AT_ONCE: usize = 16 * 1024;

/// How a column is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stored {
    AsIs,
    Nanoseconds,
    Microseconds,
    Text,
}

/// Writes the whole result. `told` hears the rows so far, and may end it.
pub(super) fn write_parquet(
    set: &ResultSet,
    out: impl Write + Send,
    told: &mut dyn FnMut(u64) -> io::Result<()>,
) -> io::Result<()> {
    let stored: Vec<_> = (0..set.columns().len()).map(|col| stored(set, col)).collect();
    let names = distinct_names(set);
    let fields = names.iter().zip(&stored).enumerate().map(|(col, (name, stored))| {
        let kept = set.batches().first().map_or(DataType::Utf8, |it| it.column(col).data_type().clone());
        Field::new(name, data_type(set.columns()[col].ty, *stored, kept), true)
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_created_by(concat!("tallyho ", env!("CARGO_PKG_VERSION")).to_owned())
        .build();
    let mut writer = ArrowWriter::try_new(out, Arc::clone(&schema), Some(properties)).map_err(io::Error::other)?;
    let mut n_rows = 0;
    for batch in set.batches() {
        for start in (0..batch.num_rows()).step_by(ROWS_AT_ONCE) {
            let part = batch.slice(start, ROWS_AT_ONCE.min(batch.num_rows() - start));
            let arrays = part.columns().iter().zip(&stored).zip(schema.fields()).enumerate();
            let arrays = arrays.map(|(col, ((array, stored), field))| {
                converted(array, set.columns()[col].ty, *stored, field.data_type())
            });
            let arrays = arrays.collect::<io::Result<Vec<_>>>()?;
            let options = RecordBatchOptions::new().with_row_count(Some(part.num_rows()));
            let part = RecordBatch::try_new_with_options(Arc::clone(&schema), arrays, &options);
            writer.write(&part.map_err(io::Error::other)?).map_err(unwrapped)?;
            n_rows += ROWS_AT_ONCE.min(batch.num_rows() - start) as u64;
            told(n_rows)?;
        }
    }
    writer.close().map_err(unwrapped)?;
    Ok(())
}

/// The error of the file below, where that is what it is.
fn unwrapped(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(other) => io::Error::other(other),
        },
        other => io::Error::other(other),
    }
}

/// What fits every value of a column.
fn stored(set: &ResultSet, col: usize) -> Stored {
    let ty = set.columns()[col].ty;
    if !matches!(ty, ScalarType::Datetime | ScalarType::Timespan) {
        return Stored::AsIs;
    }
    let mut best = Stored::Nanoseconds;
    for batch in set.batches() {
        let Some(ticks) = batch.column(col).as_primitive_opt::<Int64Type>() else { return Stored::Text };
        for ticks in ticks.iter().flatten() {
            let since = since_epoch(ticks, ty);
            if since.checked_mul(100).is_some() {
                continue;
            }
            best = Stored::Microseconds;
            if since % 10 != 0 {
                return Stored::Text;
            }
        }
    }
    if best == Stored::Microseconds && !all_whole_microseconds(set, col) { Stored::Text } else { best }
}

fn all_whole_microseconds(set: &ResultSet, col: usize) -> bool {
    let whole = |it: i64| it % 10 == 0;
    let columns = set.batches().iter().filter_map(|it| it.column(col).as_primitive_opt::<Int64Type>());
    columns.flat_map(|it| it.iter().flatten()).all(whole)
}

fn since_epoch(ticks: i64, ty: ScalarType) -> i64 {
    if ty == ScalarType::Datetime { ticks.saturating_sub(UNIX_EPOCH_TICKS) } else { ticks }
}

fn data_type(ty: ScalarType, stored: Stored, kept: DataType) -> DataType {
    let zone = || Some(Arc::from("UTC"));
    match (stored, ty) {
        (Stored::AsIs, _) => kept,
        (Stored::Text, _) => DataType::Utf8,
        (Stored::Nanoseconds, ScalarType::Datetime) => DataType::Timestamp(TimeUnit::Nanosecond, zone()),
        (Stored::Microseconds, ScalarType::Datetime) => DataType::Timestamp(TimeUnit::Microsecond, zone()),
        (Stored::Nanoseconds, _) => DataType::Duration(TimeUnit::Nanosecond),
        (Stored::Microseconds, _) => DataType::Duration(TimeUnit::Microsecond),
    }
}

fn converted(array: &ArrayRef, ty: ScalarType, stored: Stored, wanted: &DataType) -> io::Result<ArrayRef> {
    let per_tick = |nanoseconds: bool| -> fn(i64) -> i64 { if nanoseconds { |it| it * 100 } else { |it| it / 10 } };
    let to = per_tick(stored == Stored::Nanoseconds);
    Ok(match stored {
        Stored::AsIs if array.data_type() == wanted => Arc::clone(array),
        Stored::AsIs => cast(array, wanted).map_err(io::Error::other)?,
        Stored::Text => {
            let cells = (0..array.len()).map(|row| Cell::of(array, ty, row));
            Arc::new(cells.map(|it| (!it.is_null()).then(|| it.text().into_owned())).collect::<StringArray>())
        }
        Stored::Nanoseconds if ty == ScalarType::Datetime => {
            Arc::new(times::<TimestampNanosecondType>(array, ty, to).with_timezone("UTC"))
        }
        Stored::Microseconds if ty == ScalarType::Datetime => {
            Arc::new(times::<TimestampMicrosecondType>(array, ty, to).with_timezone("UTC"))
        }
        Stored::Nanoseconds => Arc::new(times::<DurationNanosecondType>(array, ty, to)),
        Stored::Microseconds => Arc::new(times::<DurationMicrosecondType>(array, ty, to)),
    })
}

fn times<T: ArrowPrimitiveType<Native = i64>>(
    array: &ArrayRef,
    ty: ScalarType,
    to: fn(i64) -> i64,
) -> PrimitiveArray<T> {
    let ticks = array.as_primitive::<Int64Type>();
    ticks.iter().map(|it| it.map(|ticks| to(since_epoch(ticks, ty)))).collect()
}
