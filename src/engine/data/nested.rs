//! Values of Arrow columns as cells: plain ones as their text, lists and structs as compact JSON.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::Result;

use super::cell::Cell;
use super::convert::{natural_type, to_storage};
use super::json_text;
use crate::kql::ScalarType;
use crate::result::{datetime_text, parse_guid, real_text, timespan_text};

/// A cell with its own text.
#[derive(Debug, Clone)]
pub(super) enum OwnedCell {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    Nested(String),
}

impl OwnedCell {
    pub(super) fn as_cell(&self) -> Cell<'_> {
        match self {
            Self::Null => Cell::Null,
            Self::Bool(value) => Cell::Bool(*value),
            Self::Number(text) => Cell::Number(text),
            Self::Text(text) => Cell::Text(text),
            Self::Nested(text) => Cell::Nested(text),
        }
    }

    fn push_json(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Number(text) | Self::Nested(text) => out.push_str(text),
            Self::Text(text) => json_text::push_quoted(text, out),
        }
    }
}

/// All values of a column. `declared` is the KQL type that its writer gave it, if any.
pub(super) fn cells(array: &ArrayRef, declared: Option<ScalarType>) -> Result<Vec<OwnedCell>> {
    match array.data_type() {
        DataType::Dictionary(_, values) => return cells(&cast(array, values)?, declared),
        DataType::RunEndEncoded(_, values) => return cells(&cast(array, values.data_type())?, declared),
        DataType::Struct(_) => return structs(array),
        DataType::Map(..) => return maps(array),
        DataType::List(_) => return lists(array, |row| array.as_list::<i32>().value(row)),
        DataType::LargeList(_) => return lists(array, |row| array.as_list::<i64>().value(row)),
        DataType::FixedSizeList(..) => return lists(array, |row| array.as_fixed_size_list().value(row)),
        DataType::ListView(_) | DataType::LargeListView(_) | DataType::Union(..) => return formatted(array),
        _ => {}
    }
    match declared.unwrap_or_else(|| natural_type(array.data_type())) {
        ScalarType::Bool => Ok(each(array, |row| OwnedCell::Bool(array.as_boolean().value(row)))),
        ScalarType::Int | ScalarType::Long | ScalarType::Decimal => numbers(array),
        ScalarType::Real => {
            let reals = cast(array, &DataType::Float64)?;
            Ok(each(array, |row| real(reals.as_primitive::<Float64Type>().value(row))))
        }
        ScalarType::Datetime => ticks(array, declared, ScalarType::Datetime, datetime_text),
        ScalarType::Timespan => ticks(array, declared, ScalarType::Timespan, timespan_text),
        ScalarType::Guid => Ok(guids(array)),
        ScalarType::String | ScalarType::Dynamic | ScalarType::Unknown => texts(array),
    }
}

fn each(array: &ArrayRef, mut value: impl FnMut(usize) -> OwnedCell) -> Vec<OwnedCell> {
    (0..array.len()).map(|row| if array.is_null(row) { OwnedCell::Null } else { value(row) }).collect()
}

/// Whatever Arrow prints; for types that telemetry does not use.
fn formatted(array: &ArrayRef) -> Result<Vec<OwnedCell>> {
    let formatter = ArrayFormatter::try_new(array, &FormatOptions::default())?;
    Ok(each(array, |row| OwnedCell::Text(formatter.value(row).to_string())))
}

fn numbers(array: &ArrayRef) -> Result<Vec<OwnedCell>> {
    let formatter = ArrayFormatter::try_new(array, &FormatOptions::default())?;
    Ok(each(array, |row| OwnedCell::Number(formatter.value(row).to_string())))
}

fn real(value: f64) -> OwnedCell {
    let text = real_text(value);
    if value.is_finite() { OwnedCell::Number(text) } else { OwnedCell::Text(text) }
}

fn ticks(
    array: &ArrayRef,
    declared: Option<ScalarType>,
    ty: ScalarType,
    text: fn(i64) -> String,
) -> Result<Vec<OwnedCell>> {
    let stored = to_storage(array, declared, ty)?;
    let values = stored.as_primitive::<Int64Type>();
    Ok(each(&stored, |row| OwnedCell::Text(text(values.value(row)))))
}

fn guids(array: &ArrayRef) -> Vec<OwnedCell> {
    let Some(bytes) = array.as_fixed_size_binary_opt() else {
        return each(array, |row| OwnedCell::Text(array.as_string::<i32>().value(row).to_owned()));
    };
    each(array, |row| OwnedCell::Text(hexadecimal(bytes.value(row))))
}

/// As guids are written, when there are sixteen bytes.
fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    let text: String = digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect();
    parse_guid(&text).unwrap_or(text)
}

fn texts(array: &ArrayRef) -> Result<Vec<OwnedCell>> {
    let lossy = |bytes: &[u8]| OwnedCell::Text(String::from_utf8_lossy(bytes).into_owned());
    Ok(match array.data_type() {
        DataType::Utf8 => each(array, |row| OwnedCell::Text(array.as_string::<i32>().value(row).to_owned())),
        DataType::LargeUtf8 => each(array, |row| OwnedCell::Text(array.as_string::<i64>().value(row).to_owned())),
        DataType::Utf8View => each(array, |row| OwnedCell::Text(array.as_string_view().value(row).to_owned())),
        DataType::Binary => each(array, |row| lossy(array.as_binary::<i32>().value(row))),
        DataType::LargeBinary => each(array, |row| lossy(array.as_binary::<i64>().value(row))),
        DataType::BinaryView => each(array, |row| lossy(array.as_binary_view().value(row))),
        DataType::FixedSizeBinary(_) => each(array, |row| lossy(array.as_fixed_size_binary().value(row))),
        _ => formatted(array)?,
    })
}

fn structs(array: &ArrayRef) -> Result<Vec<OwnedCell>> {
    let fields = array.as_struct();
    let members = fields.columns().iter().map(|column| cells(column, None)).collect::<Result<Vec<_>>>()?;
    let names = fields.column_names();
    Ok(each(array, |row| {
        let mut out = String::from("{");
        for (name, values) in names.iter().zip(&members) {
            push_member(name, &values[row], &mut out);
        }
        out.push('}');
        OwnedCell::Nested(out)
    }))
}

fn push_member(name: &str, value: &OwnedCell, out: &mut String) {
    if out.len() > 1 {
        out.push(',');
    }
    json_text::push_quoted(name, out);
    out.push(':');
    value.push_json(out);
}

fn maps(array: &ArrayRef) -> Result<Vec<OwnedCell>> {
    let map = array.as_map();
    let keys = cells(map.keys(), None)?;
    let values = cells(map.values(), None)?;
    let offsets = map.value_offsets();
    Ok(each(array, |row| {
        let mut out = String::from("{");
        for at in offsets[row] as usize..offsets[row + 1] as usize {
            let name = match &keys[at] {
                OwnedCell::Number(text) | OwnedCell::Text(text) | OwnedCell::Nested(text) => text.as_str(),
                OwnedCell::Bool(true) => "true",
                OwnedCell::Bool(false) => "false",
                OwnedCell::Null => "",
            };
            push_member(name, &values[at], &mut out);
        }
        out.push('}');
        OwnedCell::Nested(out)
    }))
}

fn lists(array: &ArrayRef, items: impl Fn(usize) -> ArrayRef) -> Result<Vec<OwnedCell>> {
    let mut out = Vec::with_capacity(array.len());
    for row in 0..array.len() {
        if array.is_null(row) {
            out.push(OwnedCell::Null);
            continue;
        }
        let mut text = String::from("[");
        for (at, item) in cells(&items(row), None)?.iter().enumerate() {
            if at > 0 {
                text.push(',');
            }
            item.push_json(&mut text);
        }
        text.push(']');
        out.push(OwnedCell::Nested(text));
    }
    Ok(out)
}
