//! The text form of every type: what `tostring()` gives and string functions see.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArray, StringBuilder};
use datafusion::arrow::datatypes::{Decimal256Type, Float64Type, Int32Type, Int64Type};

use crate::kql::ScalarType;
use crate::result::{datetime_text, decimal_text, real_text, timespan_text};

use super::json;

/// The text of every value; null is the empty string.
pub(super) fn text_of(array: &ArrayRef, ty: ScalarType) -> StringArray {
    match ty {
        ScalarType::String | ScalarType::Guid if array.null_count() == 0 => array.as_string::<i32>().clone(),
        ScalarType::String | ScalarType::Guid => texts(array, |row| array.as_string::<i32>().value(row).to_owned()),
        ScalarType::Dynamic | ScalarType::Unknown => dynamic_texts(array.as_string::<i32>()),
        ScalarType::Bool => texts(array, |row| if array.as_boolean().value(row) { "True" } else { "False" }.to_owned()),
        ScalarType::Int => texts(array, |row| array.as_primitive::<Int32Type>().value(row).to_string()),
        ScalarType::Long => texts(array, |row| array.as_primitive::<Int64Type>().value(row).to_string()),
        ScalarType::Real => texts(array, |row| real_text(array.as_primitive::<Float64Type>().value(row))),
        ScalarType::Decimal => texts(array, |row| decimal_text(array.as_primitive::<Decimal256Type>().value(row))),
        ScalarType::Datetime => texts(array, |row| datetime_text(array.as_primitive::<Int64Type>().value(row))),
        ScalarType::Timespan => texts(array, |row| timespan_text(array.as_primitive::<Int64Type>().value(row))),
    }
}

fn texts(array: &ArrayRef, text: impl Fn(usize) -> String) -> StringArray {
    let mut builder = StringBuilder::with_capacity(array.len(), array.len() * 16);
    for row in 0..array.len() {
        if array.is_null(row) {
            builder.append_value("");
        } else {
            builder.append_value(text(row));
        }
    }
    builder.finish()
}

fn dynamic_texts(array: &StringArray) -> StringArray {
    let mut builder = StringBuilder::with_capacity(array.len(), array.value_data().len());
    for value in array {
        builder.append_value(json::leaf_text(value.unwrap_or_default()));
    }
    builder.finish()
}
