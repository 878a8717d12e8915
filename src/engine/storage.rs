//! How KQL values are stored: the Arrow types of `kql::scalar`, and literals as DataFusion scalars.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use datafusion::scalar::ScalarValue;

use crate::kql::{ScalarType, Value};
use crate::result::parse_decimal;

/// Digits and places of a stored decimal.
pub(in crate::engine) const DECIMAL: DataType = DataType::Decimal256(76, 38);

/// The Arrow type of a KQL type.
pub(in crate::engine) fn data_type(ty: ScalarType) -> DataType {
    match ty {
        ScalarType::Bool => DataType::Boolean,
        ScalarType::Int => DataType::Int32,
        ScalarType::Long | ScalarType::Datetime | ScalarType::Timespan => DataType::Int64,
        ScalarType::Real => DataType::Float64,
        ScalarType::Decimal => DECIMAL,
        ScalarType::Guid | ScalarType::String | ScalarType::Dynamic | ScalarType::Unknown => DataType::Utf8,
    }
}

/// A schema with these column names and types; everything may be null as far as Arrow knows.
pub(in crate::engine) fn schema<'a>(columns: impl IntoIterator<Item = (&'a str, ScalarType)>) -> SchemaRef {
    let fields: Vec<Field> = columns.into_iter().map(|(name, ty)| Field::new(name, data_type(ty), true)).collect();
    Arc::new(Schema::new(fields))
}

/// A literal in storage form.
pub(in crate::engine) fn literal(value: &Value) -> ScalarValue {
    match value {
        Value::Null(ty) => null(*ty),
        Value::Bool(value) => ScalarValue::Boolean(Some(*value)),
        Value::Int(value) => ScalarValue::Int32(Some(*value)),
        Value::Long(value) | Value::Datetime(value) | Value::Timespan(value) => ScalarValue::Int64(Some(*value)),
        Value::Real(value) => ScalarValue::Float64(Some(*value)),
        Value::Decimal(text) => ScalarValue::Decimal256(parse_decimal(text), 76, 38),
        Value::Guid(text) | Value::String(text) | Value::Dynamic(text) => ScalarValue::Utf8(Some(text.clone())),
    }
}

/// The null of a type; for a string the empty one.
pub(in crate::engine) fn null(ty: ScalarType) -> ScalarValue {
    match ty {
        ScalarType::Bool => ScalarValue::Boolean(None),
        ScalarType::Int => ScalarValue::Int32(None),
        ScalarType::Long | ScalarType::Datetime | ScalarType::Timespan => ScalarValue::Int64(None),
        ScalarType::Real => ScalarValue::Float64(None),
        ScalarType::Decimal => ScalarValue::Decimal256(None, 76, 38),
        ScalarType::Guid | ScalarType::Dynamic | ScalarType::Unknown => ScalarValue::Utf8(None),
        ScalarType::String => ScalarValue::Utf8(Some(String::new())),
    }
}

/// An array exactly as `kql::scalar` promises it to everybody outside: the plain type, and no null among strings.
pub(in crate::engine) fn normalise(array: &ArrayRef, ty: ScalarType) -> Result<ArrayRef, ArrowError> {
    let wanted = data_type(ty);
    let array = if *array.data_type() == wanted { Arc::clone(array) } else { cast(array, &wanted)? };
    if ty == ScalarType::String && array.null_count() > 0 {
        let filled: StringArray = array.as_string::<i32>().iter().map(|text| Some(text.unwrap_or(""))).collect();
        return Ok(Arc::new(filled));
    }
    Ok(array)
}
