//! One cell: its value, and its text on a screen.

use std::borrow::Cow;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Decimal256Type, Float64Type, Int32Type, Int64Type, i256};
use arrow::record_batch::RecordBatch;

use super::set::{Column, ResultSet};
use super::value_text::{push_datetime_cell, push_decimal, push_real, push_timespan};
use crate::kql::ScalarType;
use crate::text;

/// The value of a cell, borrowed from its array. A string is never null.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    Null,
    Bool(bool),
    Int(i32),
    Long(i64),
    Real(f64),
    /// Scale 38.
    Decimal(i256),
    /// Ticks since 0001-01-01.
    Datetime(i64),
    /// Ticks.
    Timespan(i64),
    Guid(&'a str),
    String(&'a str),
    /// JSON text.
    Dynamic(&'a str),
    /// The array is not stored as its type demands: a fault of whoever pushed it, shown and never guessed at.
    Misstored,
}

/// What a screen shows for a cell: null is told apart from the empty text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CellText<'a> {
    Null,
    /// Harmless to a terminal, see [`text::sanitize`].
    Text(Cow<'a, str>),
}

impl CellText<'_> {
    /// The text, or nothing for null.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Null => "",
            Self::Text(text) => text,
        }
    }
}

impl<'a> Cell<'a> {
    /// The value at a row of an array that is stored as `kql::scalar` says. Rows past the end are null.
    pub fn of(array: &'a dyn Array, ty: ScalarType, row: usize) -> Self {
        if row >= array.len() {
            return Self::Null;
        }
        if array.is_null(row) {
            return if ty == ScalarType::String { Self::String("") } else { Self::Null };
        }
        match ty {
            ScalarType::Bool => array.as_boolean_opt().map(|it| Self::Bool(it.value(row))),
            ScalarType::Int => array.as_primitive_opt::<Int32Type>().map(|it| Self::Int(it.value(row))),
            ScalarType::Long => long(array, row).map(Self::Long),
            ScalarType::Real => array.as_primitive_opt::<Float64Type>().map(|it| Self::Real(it.value(row))),
            ScalarType::Decimal => array.as_primitive_opt::<Decimal256Type>().map(|it| Self::Decimal(it.value(row))),
            ScalarType::Datetime => long(array, row).map(Self::Datetime),
            ScalarType::Timespan => long(array, row).map(Self::Timespan),
            ScalarType::Guid => string(array, row).map(Self::Guid),
            ScalarType::String => string(array, row).map(Self::String),
            ScalarType::Dynamic | ScalarType::Unknown => string(array, row).map(Self::Dynamic),
        }
        .unwrap_or(Self::Misstored)
    }

    pub fn is_null(self) -> bool {
        matches!(self, Self::Null)
    }

    /// The exact text of the value: what CSV has and what is copied. Null is empty; a dynamic is its JSON.
    pub fn text(self) -> Cow<'a, str> {
        match self {
            Self::Guid(text) | Self::String(text) | Self::Dynamic(text) => Cow::Borrowed(text),
            _ => {
                let mut out = String::new();
                self.push_text(&mut out);
                Cow::Owned(out)
            }
        }
    }

    pub(super) fn push_text(self, out: &mut String) {
        match self {
            Self::Null => {}
            Self::Bool(value) => out.push_str(if value { "true" } else { "false" }),
            Self::Int(value) => push_integer(out, i64::from(value)),
            Self::Long(value) => push_integer(out, value),
            Self::Real(value) => push_real(out, value),
            Self::Decimal(value) => push_decimal(out, value),
            Self::Datetime(ticks) => push_datetime_cell(out, ticks),
            Self::Timespan(ticks) => push_timespan(out, ticks),
            Self::Guid(text) | Self::String(text) | Self::Dynamic(text) => out.push_str(text),
            Self::Misstored => out.push(text::REPLACEMENT),
        }
    }
}

pub(super) fn push_integer(out: &mut String, value: i64) {
    if value < 0 {
        out.push('-');
    }
    super::value_text::push_padded(out, value.unsigned_abs(), 1);
}

fn long(array: &dyn Array, row: usize) -> Option<i64> {
    array.as_primitive_opt::<Int64Type>().map(|it| it.value(row))
}

fn string(array: &dyn Array, row: usize) -> Option<&str> {
    Some(match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row),
        DataType::LargeUtf8 => array.as_string::<i64>().value(row),
        DataType::Utf8View => array.as_string_view().value(row),
        _ => return None,
    })
}

/// One row of a result.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    columns: &'a [Column],
    batch: &'a RecordBatch,
    row: usize,
}

impl<'a> Row<'a> {
    pub(super) fn cell(self, col: usize) -> Cell<'a> {
        Cell::of(self.batch.column(col), self.columns[col].ty, self.row)
    }

    /// Every column with its cell.
    pub(super) fn cells(self) -> impl Iterator<Item = (&'a Column, Cell<'a>)> {
        self.columns.iter().enumerate().map(move |(col, column)| (column, self.cell(col)))
    }
}

impl ResultSet {
    /// All rows in order, without looking each one up.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let columns = self.columns();
        self.batches().iter().flat_map(move |batch| (0..batch.num_rows()).map(move |row| Row { columns, batch, row }))
    }

    /// The value of a cell; null outside the result.
    pub fn cell(&self, row: usize, col: usize) -> Cell<'_> {
        let (Some((batch, row)), Some(column)) = (self.locate(row), self.columns().get(col)) else {
            return Cell::Null;
        };
        Cell::of(batch.column(col), column.ty, row)
    }

    /// What a screen shows for a cell, whole.
    pub fn cell_text(&self, row: usize, col: usize) -> CellText<'_> {
        shown(self.cell(row, col), usize::MAX)
    }

    /// What a grid shows for a cell in so many columns of the terminal; cut with `…`. Costs no more for a long cell
    /// than for a short one.
    pub fn cell_preview(&self, row: usize, col: usize, columns: usize) -> CellText<'_> {
        match shown(self.cell(row, col), columns) {
            CellText::Null => CellText::Null,
            CellText::Text(Cow::Borrowed(text)) => CellText::Text(text::clip(text, columns)),
            CellText::Text(Cow::Owned(text)) => CellText::Text(Cow::Owned(text::clip(&text, columns).into_owned())),
        }
    }

    /// The cell as JSON: a dynamic as it is, everything else as [`write_json`](super::write_json) has it.
    pub fn cell_json(&self, row: usize, col: usize) -> String {
        let mut out = String::new();
        super::export::push_json(&mut out, self.cell(row, col));
        out
    }
}

/// The harmless text of a cell, made from little more than what fits so many columns.
fn shown(cell: Cell<'_>, columns: usize) -> CellText<'_> {
    match cell {
        Cell::Null => CellText::Null,
        Cell::String(text) | Cell::Guid(text) => CellText::Text(text::sanitize(head(text, columns))),
        Cell::Dynamic(json) => CellText::Text(shown_dynamic(json, columns)),
        _ => CellText::Text(cell.text()),
    }
}

/// A dynamic string is shown without its quotes, as `tostring()` has it.
fn shown_dynamic(json: &str, columns: usize) -> Cow<'_, str> {
    if json.starts_with('"')
        && let Ok(text) = serde_json::from_str::<String>(json)
    {
        return Cow::Owned(text::sanitize(head(&text, columns)).into_owned());
    }
    text::sanitize(head(json, columns))
}

/// A start of the text that surely fills so many columns: graphemes of many code points are rarer than the factor.
fn head(text: &str, columns: usize) -> &str {
    let enough = columns.saturating_mul(16).saturating_add(64);
    if text.len() <= enough { text } else { &text[..text.floor_char_boundary(enough)] }
}
