//! Rows of a text file as batches of a table's columns.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Decimal256Array, Float64Array, Int32Array, Int64Array, StringArray};
use arrow::datatypes::SchemaRef;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};

use super::cell::{self, Cell, Converted};
use super::raw::{RawColumn, RawTable};
use super::report::Findings;
use super::storage::{self, data_type};
use crate::kql::{ColumnSymbol, ScalarType};

/// All rows, stored as `schema` says, which is that of `columns`. A value that its column cannot hold is null and a
/// finding.
pub(super) fn batches(
    raw: &RawTable,
    columns: &[ColumnSymbol],
    schema: &SchemaRef,
    findings: &mut Findings,
) -> Vec<RecordBatch> {
    let by_name: std::collections::HashMap<&str, &RawColumn> =
        raw.columns().iter().map(|column| (column.name.as_str(), column)).collect();
    let mut all = Vec::new();
    for rows in raw.batches() {
        let arrays = columns.iter().map(|column| match by_name.get(column.name.as_str()) {
            None => storage::absent(column.ty, rows.len()),
            Some(source) => {
                note_unix_time(raw, source, rows.clone(), column.ty, findings);
                let mut unfit = |row: usize| {
                    let reason = format!("{}: a value that is no {} is null", column.name, column.ty);
                    findings.add(raw.line(row), &reason);
                };
                array(source, rows.clone(), column.ty, &mut unfit)
            }
        });
        let arrays: Vec<ArrayRef> = arrays.collect();
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        match RecordBatch::try_new_with_options(Arc::clone(schema), arrays, &options) {
            Ok(batch) => all.push(batch),
            Err(error) => findings.add_many(raw.line(rows.start), rows.len() as u64, &format!("not kept: {error}")),
        }
    }
    all
}

/// Numbers in a datetime column are believed to be Unix time; the user should know that.
fn note_unix_time(raw: &RawTable, column: &RawColumn, rows: Range<usize>, ty: ScalarType, findings: &mut Findings) {
    if ty != ScalarType::Datetime {
        return;
    }
    for row in rows {
        if let Cell::Number(text) = column.cell(row)
            && cell::unix_time(text).is_some()
        {
            findings.add(raw.line(row), &format!("{}: a number is read as Unix time", column.name));
        }
    }
}

/// The rows of one column; `unfit` hears of each row whose value does not convert.
fn array(column: &RawColumn, rows: Range<usize>, ty: ScalarType, unfit: &mut dyn FnMut(usize)) -> ArrayRef {
    let start = rows.start;
    let cells = column.cells(rows);
    match ty {
        ScalarType::String => Arc::new(StringArray::from_iter_values(cells.map(cell::to_string))),
        ScalarType::Dynamic | ScalarType::Unknown => Arc::new(cells.map(cell::to_dynamic).collect::<StringArray>()),
        ScalarType::Bool => Arc::new(converted(cells, start, cell::to_bool, unfit).collect::<BooleanArray>()),
        ScalarType::Int => Arc::new(converted(cells, start, cell::to_int, unfit).collect::<Int32Array>()),
        ScalarType::Long => Arc::new(converted(cells, start, cell::to_long, unfit).collect::<Int64Array>()),
        ScalarType::Real => Arc::new(converted(cells, start, cell::to_real, unfit).collect::<Float64Array>()),
        ScalarType::Datetime => Arc::new(converted(cells, start, cell::to_datetime, unfit).collect::<Int64Array>()),
        ScalarType::Timespan => Arc::new(converted(cells, start, cell::to_timespan, unfit).collect::<Int64Array>()),
        ScalarType::Guid => Arc::new(converted(cells, start, cell::to_guid, unfit).collect::<StringArray>()),
        ScalarType::Decimal => {
            let values = converted(cells, start, cell::to_decimal, unfit).collect::<Decimal256Array>();
            Arc::new(values.with_data_type(data_type(ScalarType::Decimal)))
        }
    }
}

fn converted<'a, T>(
    cells: impl Iterator<Item = Cell<'a>>,
    start: usize,
    convert: fn(Cell<'a>) -> Converted<T>,
    unfit: &mut dyn FnMut(usize),
) -> impl Iterator<Item = Option<T>> {
    cells.zip(start..).map(move |(cell, row)| {
        convert(cell).unwrap_or_else(|_| {
            unfit(row);
            None
        })
    })
}
