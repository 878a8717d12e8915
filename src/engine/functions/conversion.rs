//! `tolong()` and its like. Total: what cannot be converted is null, and a missing string is empty.

mod element;
mod from_dynamic;
mod from_string;

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal256Array, Float64Array, Int32Array, Int64Array, StringArray,
    StringBuilder,
};
use datafusion::arrow::buffer::{BooleanBuffer, NullBuffer};
use datafusion::arrow::datatypes::{Decimal256Type, Float64Type, Int32Type, Int64Type, i256};
use datafusion::common::Result;

use crate::kql::{ScalarType, timespan_of_text};
use crate::result::{decimal_text, parse_decimal, parse_guid, real_text};

use super::call::Call;
use super::column::decimal_one;
use super::json;
use super::kql_function::Function;
use super::text;

pub(in crate::engine) use element::elements_as;
pub(super) use from_dynamic::Leaf;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("tobool", evaluate),
    Function::new("toint", evaluate),
    Function::new("tolong", evaluate),
    Function::new("toreal", evaluate),
    Function::new("todecimal", evaluate),
    Function::new("todatetime", evaluate).when(is_datetime_source),
    Function::new("totimespan", evaluate),
    Function::new("toguid", evaluate),
    Function::new("tostring", evaluate),
    Function::new("todynamic", evaluate),
    Function::new("parse_json", evaluate),
];

/// How Kusto reads a number as a datetime is not established.
fn is_datetime_source(args: &[ScalarType]) -> bool {
    matches!(args, [ScalarType::Datetime | ScalarType::String | ScalarType::Dynamic])
}

/// The function that converts to a type.
pub(super) fn function_to(to: ScalarType) -> Function {
    let name = match to {
        ScalarType::Bool => "tobool",
        ScalarType::Int => "toint",
        ScalarType::Long => "tolong",
        ScalarType::Real => "toreal",
        ScalarType::Decimal => "todecimal",
        ScalarType::Datetime => "todatetime",
        ScalarType::Timespan => "totimespan",
        ScalarType::Guid => "toguid",
        ScalarType::String => "tostring",
        ScalarType::Dynamic | ScalarType::Unknown => "todynamic",
    };
    Function::new(name, evaluate)
}

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let arg = call.arg(0);
    Ok(convert(&arg.array, arg.ty, call.returns()))
}

/// A column of one type as a column of another.
pub(in crate::engine) fn convert(array: &ArrayRef, from: ScalarType, to: ScalarType) -> ArrayRef {
    if from == to {
        return Arc::clone(array);
    }
    match to {
        ScalarType::Bool => Arc::new(to_bool(array, from)),
        ScalarType::Int => Arc::new(to_int(array, from)),
        ScalarType::Long => Arc::new(to_long(array, from)),
        ScalarType::Real => Arc::new(to_real(array, from)),
        ScalarType::Decimal => Arc::new(to_decimal(array, from)),
        ScalarType::Datetime => Arc::new(to_datetime(array, from)),
        ScalarType::Timespan => Arc::new(to_timespan(array, from)),
        ScalarType::Guid => Arc::new(to_guid(array, from)),
        ScalarType::String => Arc::new(text::text_of(array, from)),
        ScalarType::Dynamic | ScalarType::Unknown => Arc::new(to_dynamic(array, from)),
    }
}

/// Ticks for datetime and timespan.
pub(super) fn to_long(array: &ArrayRef, from: ScalarType) -> Int64Array {
    match from {
        ScalarType::Long | ScalarType::Datetime | ScalarType::Timespan => array.as_primitive::<Int64Type>().clone(),
        ScalarType::Int => array.as_primitive::<Int32Type>().unary(i64::from),
        ScalarType::Bool => array.as_boolean().iter().map(|value| value.map(i64::from)).collect(),
        ScalarType::Real => array.as_primitive::<Float64Type>().unary_opt(real_to_long),
        ScalarType::Decimal => array.as_primitive::<Decimal256Type>().unary_opt(decimal_to_long),
        ScalarType::Guid => Int64Array::new_null(array.len()),
        ScalarType::String => from_texts(array, from_string::long),
        ScalarType::Dynamic | ScalarType::Unknown => from_leaves(array, Leaf::long),
    }
}

/// Whole numbers wrap into 32 bits, reals saturate.
fn to_int(array: &ArrayRef, from: ScalarType) -> Int32Array {
    match from {
        ScalarType::Int => array.as_primitive::<Int32Type>().clone(),
        ScalarType::Real => array.as_primitive::<Float64Type>().unary_opt(real_to_int),
        ScalarType::String => from_texts(array, from_string::int),
        ScalarType::Dynamic => from_leaves(array, Leaf::int),
        _ => to_long(array, from).unary(|long| long as i32),
    }
}

pub(super) fn to_real(array: &ArrayRef, from: ScalarType) -> Float64Array {
    match from {
        ScalarType::Real => array.as_primitive::<Float64Type>().clone(),
        ScalarType::Decimal => array.as_primitive::<Decimal256Type>().unary(decimal_to_real),
        ScalarType::String => from_texts(array, from_string::real),
        ScalarType::Dynamic => from_leaves(array, Leaf::real),
        _ => to_long(array, from).unary(|long| long as f64),
    }
}

pub(super) fn to_decimal(array: &ArrayRef, from: ScalarType) -> Decimal256Array {
    let decimals: Decimal256Array = match from {
        ScalarType::Decimal => return array.as_primitive::<Decimal256Type>().clone(),
        ScalarType::Real => array.as_primitive::<Float64Type>().unary_opt(|real| parse_decimal(&real_text(real))),
        ScalarType::String => from_texts(array, parse_decimal),
        ScalarType::Dynamic => from_leaves(array, |leaf| parse_decimal(&leaf.number_text())),
        _ => to_long(array, from).unary(|long| i256::from_i128(i128::from(long)).wrapping_mul(decimal_one())),
    };
    decimals.with_data_type(super::column::storage(ScalarType::Decimal))
}

pub(super) fn to_bool(array: &ArrayRef, from: ScalarType) -> BooleanArray {
    match from {
        ScalarType::Bool => array.as_boolean().clone(),
        ScalarType::Real => {
            array.as_primitive::<Float64Type>().iter().map(|value| value.map(|real| real != 0.0)).collect()
        }
        ScalarType::Decimal => {
            array.as_primitive::<Decimal256Type>().iter().map(|value| value.map(|it| it != i256::ZERO)).collect()
        }
        ScalarType::String => array.as_string::<i32>().iter().map(|text| text.and_then(from_string::bool)).collect(),
        ScalarType::Dynamic | ScalarType::Unknown => {
            array.as_string::<i32>().iter().map(|text| text.and_then(Leaf::of).and_then(|leaf| leaf.bool())).collect()
        }
        ScalarType::Datetime | ScalarType::Timespan | ScalarType::Guid => BooleanArray::new_null(array.len()),
        ScalarType::Int | ScalarType::Long => {
            to_long(array, from).iter().map(|value| value.map(|it| it != 0)).collect()
        }
    }
}

fn to_datetime(array: &ArrayRef, from: ScalarType) -> Int64Array {
    match from {
        ScalarType::Datetime => array.as_primitive::<Int64Type>().clone(),
        ScalarType::String => from_texts(array, from_string::datetime),
        ScalarType::Dynamic => from_leaves(array, Leaf::datetime),
        _ => Int64Array::new_null(array.len()),
    }
}

fn to_timespan(array: &ArrayRef, from: ScalarType) -> Int64Array {
    match from {
        ScalarType::Real => {
            array.as_primitive::<Float64Type>().unary_opt(|real| real.is_finite().then_some(real as i64))
        }
        ScalarType::String => from_texts(array, timespan_of_text),
        ScalarType::Dynamic => from_leaves(array, Leaf::timespan),
        _ => to_long(array, from),
    }
}

fn to_guid(array: &ArrayRef, from: ScalarType) -> StringArray {
    match from {
        ScalarType::Guid => array.as_string::<i32>().clone(),
        ScalarType::String => array.as_string::<i32>().iter().map(|text| text.and_then(parse_guid)).collect(),
        ScalarType::Dynamic => {
            let guid = |text: &str| Leaf::of(text).and_then(Leaf::string).and_then(|text| parse_guid(&text));
            array.as_string::<i32>().iter().map(|text| text.and_then(guid)).collect()
        }
        _ => StringArray::new_null(array.len()),
    }
}

/// A string is read as JSON, and is itself a dynamic string when it is none.
fn to_dynamic(array: &ArrayRef, from: ScalarType) -> StringArray {
    if from == ScalarType::String {
        let texts = array.as_string::<i32>();
        // Logs mostly hold JSON as it is stored here, and then there is nothing to write.
        let is_same = |row: &usize| texts.is_valid(*row) && json::is_compact(texts.value(*row));
        let n_same = (0..texts.len()).take_while(is_same).count();
        return if n_same == texts.len() { not_null(texts) } else { rewritten(texts, n_same) };
    }
    json::leaves(array, from)
}

/// Texts as dynamics, of which the first are so already.
fn rewritten(texts: &StringArray, n_same: usize) -> StringArray {
    let mut dynamics = StringBuilder::with_capacity(texts.len(), texts.values().len());
    for (row, text) in texts.iter().enumerate() {
        let text = text.unwrap_or_default();
        if row < n_same || json::is_compact(text) {
            dynamics.append_option(Some(text).filter(|text| *text != "null"));
        } else {
            dynamics.append_option(parse_json(text));
        }
    }
    dynamics.finish()
}

/// JSON texts as dynamics: the word null is the dynamic null.
fn not_null(texts: &StringArray) -> StringArray {
    let valid = NullBuffer::new(BooleanBuffer::collect_bool(texts.len(), |row| texts.value(row) != "null"));
    let valid = Some(valid).filter(|valid| valid.null_count() > 0);
    StringArray::new(texts.offsets().clone(), texts.values().clone(), valid)
}

/// The dynamic that a text means; `None` is the dynamic null.
pub(super) fn parse_json(text: &str) -> Option<String> {
    match json::compact(text) {
        Some(json) if json == "null" => None,
        Some(json) => Some(json),
        None => {
            let mut quoted = String::with_capacity(text.len() + 2);
            json::push_quoted(text, &mut quoted);
            Some(quoted)
        }
    }
}

fn from_texts<A: FromIterator<Option<N>>, N>(array: &ArrayRef, read: impl Fn(&str) -> Option<N>) -> A {
    array.as_string::<i32>().iter().map(|text| text.and_then(&read)).collect()
}

fn from_leaves<'a, A: FromIterator<Option<N>>, N>(array: &'a ArrayRef, read: impl Fn(&Leaf<'a>) -> Option<N>) -> A {
    array.as_string::<i32>().iter().map(|text| text.and_then(Leaf::of).and_then(|leaf| read(&leaf))).collect()
}

/// Toward zero, saturating; NaN and infinities are null.
fn real_to_long(real: f64) -> Option<i64> {
    real.is_finite().then_some(real as i64)
}

fn real_to_int(real: f64) -> Option<i32> {
    real.is_finite().then_some(real as i32)
}

fn decimal_to_long(decimal: i256) -> Option<i64> {
    decimal.checked_div(decimal_one())?.to_i128().and_then(|whole| i64::try_from(whole).ok())
}

fn decimal_to_real(decimal: i256) -> f64 {
    decimal_text(decimal).parse().unwrap_or(f64::NAN)
}
