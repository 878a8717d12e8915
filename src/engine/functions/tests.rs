//! Functions on single values, once as constants and once as columns: both must agree with what Kusto answers.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::arrow::datatypes::{Field, i256};
use datafusion::common::ScalarValue;
use datafusion::config::ConfigOptions;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF};

use crate::kql::{ScalarOperator, ScalarType, TICKS_PER_DAY, TICKS_PER_SECOND, Value};
use crate::result::{parse_decimal, parse_iso_datetime, parse_timespan};

use super::column::storage;
use super::{Step, call_udf, convert_udf, json, operator_udf, path_udf};

mod dynamics;
mod operators;
mod texts;
mod times;

pub(super) fn s(text: &str) -> Value {
    Value::String(text.to_owned())
}

pub(super) fn l(number: i64) -> Value {
    Value::Long(number)
}

pub(super) fn i(number: i32) -> Value {
    Value::Int(number)
}

pub(super) fn r(number: f64) -> Value {
    Value::Real(number)
}

pub(super) fn b(value: bool) -> Value {
    Value::Bool(value)
}

pub(super) fn d(json: &str) -> Value {
    Value::Dynamic(json.to_owned())
}

pub(super) fn dt(text: &str) -> Value {
    Value::Datetime(parse_iso_datetime(text).expect("an ISO datetime"))
}

pub(super) fn ts(text: &str) -> Value {
    Value::Timespan(parse_timespan(text).expect("a timespan"))
}

pub(super) fn dec(text: &str) -> Value {
    Value::Decimal(text.to_owned())
}

pub(super) fn null(ty: ScalarType) -> Value {
    Value::Null(ty)
}

fn scalar_value(value: &Value) -> ScalarValue {
    match value {
        Value::Null(ty) => ScalarValue::try_new_null(&storage(*ty)).expect("every storage has a null"),
        Value::Bool(value) => ScalarValue::Boolean(Some(*value)),
        Value::Int(value) => ScalarValue::Int32(Some(*value)),
        Value::Long(value) | Value::Datetime(value) | Value::Timespan(value) => ScalarValue::Int64(Some(*value)),
        Value::Real(value) => ScalarValue::Float64(Some(*value)),
        Value::Decimal(text) => ScalarValue::Decimal256(parse_decimal(text), 76, 38),
        Value::Guid(text) | Value::String(text) | Value::Dynamic(text) => ScalarValue::Utf8(Some(text.clone())),
    }
}

fn invoke(udf: &ScalarUDF, args: Vec<ColumnarValue>, rows: usize, returns: ScalarType) -> ArrayRef {
    let arg_fields = args.iter().map(|arg| Arc::new(Field::new("arg", arg.data_type(), true))).collect();
    let call = ScalarFunctionArgs {
        args,
        arg_fields,
        number_rows: rows,
        return_field: Arc::new(Field::new("result", storage(returns), true)),
        config_options: Arc::new(ConfigOptions::default()),
    };
    udf.invoke_with_args(call).expect("evaluates").into_array(rows).expect("an array")
}

/// The answer as it stands inside a dynamic; `null` for null. Evaluated for constants, for columns, and for a column
/// beside constants.
pub(super) fn evaluated(udf: &ScalarUDF, args: &[Value], returns: ScalarType) -> String {
    let constant = |value: &Value| ColumnarValue::Scalar(scalar_value(value));
    let column = |value: &Value| ColumnarValue::Array(scalar_value(value).to_array_of_size(3).expect("an array"));
    let text = |array: ArrayRef| {
        let leaves = json::leaves(&array, returns);
        if leaves.is_null(0) { "null".to_owned() } else { leaves.value(0).to_owned() }
    };
    let constants = text(invoke(udf, args.iter().map(constant).collect(), 3, returns));
    let columns = text(invoke(udf, args.iter().map(column).collect(), 3, returns));
    let mixed = args.iter().enumerate().map(|(at, arg)| if at == 0 { column(arg) } else { constant(arg) });
    let mixed = text(invoke(udf, mixed.collect(), 3, returns));
    assert_eq!(constants, columns, "constants and columns differ in {udf:?} {args:?}");
    assert_eq!(constants, mixed, "constants and a column beside them differ in {udf:?} {args:?}");
    constants
}

#[track_caller]
pub(super) fn check(name: &'static str, args: &[Value], returns: ScalarType, expected: &str) {
    let types: Vec<ScalarType> = args.iter().map(Value::ty).collect();
    let udf = call_udf(name, &types, returns).expect("the function is registered");
    assert_eq!(evaluated(&udf, args, returns), expected, "{name}{args:?}");
}

#[track_caller]
pub(super) fn check_operator(operator: ScalarOperator, args: &[Value], returns: ScalarType, expected: &str) {
    let types: Vec<ScalarType> = args.iter().map(Value::ty).collect();
    let udf = operator_udf(operator, &types, returns).expect("the operator is registered");
    assert_eq!(evaluated(&udf, args, returns), expected, "{operator:?}{args:?}");
}

#[track_caller]
pub(super) fn check_conversion(arg: Value, to: ScalarType, expected: &str) {
    let udf = convert_udf(arg.ty(), to);
    assert_eq!(evaluated(&udf, std::slice::from_ref(&arg), to), expected, "{arg:?} to {to}");
}

#[track_caller]
pub(super) fn check_path(json: &str, steps: &[Step], expected: &str) {
    let udf = path_udf(steps.iter().cloned().map(Some).collect(), &[]);
    assert_eq!(evaluated(&udf, &[d(json)], ScalarType::Dynamic), expected, "{json} {steps:?}");
}

#[test]
fn no_rows_are_no_rows() {
    for ty in ScalarType::ALL {
        let udf = convert_udf(ty, ScalarType::String);
        let none = scalar_value(&null(ty)).to_array_of_size(0).expect("an array");
        assert_eq!(invoke(&udf, vec![ColumnarValue::Array(none)], 0, ScalarType::String).len(), 0);
    }
}

#[test]
fn names_are_registered_once() {
    let mut names: Vec<&str> = super::function_names().collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn a_decimal_is_exact() {
    use ScalarType::Decimal;
    check_operator(ScalarOperator::Divide, &[dec("7"), dec("2")], Decimal, "\"3.5\"");
    check_operator(ScalarOperator::Multiply, &[dec("-1.5"), dec("2.25")], Decimal, "\"-3.375\"");
    check_operator(ScalarOperator::Add, &[dec("0.1"), dec("0.2")], Decimal, "\"0.3\"");
    check("parse_version", &[s("1.2.3.4")], Decimal, "\"1000000020000000300000004\"");
    check("parse_version", &[s("0.0.3")], Decimal, "\"300000000\"");
    assert_eq!(parse_decimal("1"), Some(i256::from_i128(10_i128.pow(38))));
}

/// Ticks of so many seconds.
pub(super) fn seconds(count: f64) -> Value {
    Value::Timespan((count * TICKS_PER_SECOND as f64) as i64)
}

pub(super) fn days(count: i64) -> Value {
    Value::Timespan(count * TICKS_PER_DAY)
}
