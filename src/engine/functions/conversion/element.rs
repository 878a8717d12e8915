//! Elements of an array as a type that `to typeof()` names: narrower than `tolong()` and its like.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, BooleanArray, Float64Array, Int32Array, Int64Array, StringArray, new_null_array,
};

use super::{Leaf, from_leaves, to_guid};
use crate::engine::functions::{column, text};
use crate::kql::ScalarType;

/// Only a number is a number, only a text a datetime or a guid; nothing is a timespan or a decimal. Whatever does not
/// fit is null, or `''`.
pub(in crate::engine) fn elements_as(elements: StringArray, ty: ScalarType) -> ArrayRef {
    let n_rows = elements.len();
    let elements: ArrayRef = Arc::new(elements);
    match ty {
        ScalarType::Dynamic | ScalarType::Unknown => elements,
        ScalarType::String => Arc::new(text::text_of(&elements, ScalarType::Dynamic)),
        ScalarType::Long => Arc::new(from_leaves::<Int64Array, _>(&elements, |leaf| number(leaf)?.long())),
        ScalarType::Int => Arc::new(from_leaves::<Int32Array, _>(&elements, |leaf| number(leaf)?.int())),
        ScalarType::Real => Arc::new(from_leaves::<Float64Array, _>(&elements, |leaf| number(leaf)?.real())),
        ScalarType::Bool => Arc::new(from_leaves::<BooleanArray, _>(&elements, |leaf| match leaf {
            Leaf::Bool(value) => Some(*value),
            Leaf::Long(value) => Some(*value != 0),
            Leaf::Real(_) | Leaf::String(_) => None,
        })),
        ScalarType::Datetime => Arc::new(from_leaves::<Int64Array, _>(&elements, Leaf::datetime)),
        ScalarType::Guid => Arc::new(to_guid(&elements, ScalarType::Dynamic)),
        ScalarType::Timespan | ScalarType::Decimal => new_null_array(&column::storage(ty), n_rows),
    }
}

fn number<'l, 'a>(leaf: &'l Leaf<'a>) -> Option<&'l Leaf<'a>> {
    matches!(leaf, Leaf::Long(_) | Leaf::Real(_)).then_some(leaf)
}
