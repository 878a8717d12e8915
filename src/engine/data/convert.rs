//! Columns of Parquet files as stored columns: any Arrow array becomes an array of a KQL type.
//!
//! Total: a value that the type cannot hold is null, or `''` in a string column.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal256Array, Float64Array, Int32Array, Int64Array, PrimitiveArray,
    StringArray,
};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{
    ArrowPrimitiveType, ArrowTemporalType, DataType, Date32Type, Date64Type, DurationMicrosecondType,
    DurationMillisecondType, DurationNanosecondType, DurationSecondType, Float64Type, Int64Type, IntervalUnit,
    Time32MillisecondType, Time32SecondType, Time64MicrosecondType, Time64NanosecondType, TimeUnit,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
};
use datafusion::common::Result;

use super::cell::{self, Converted};
use super::nested;
use super::storage::data_type;
use crate::kql::{MAX_DATETIME_TICKS, ScalarType, TICKS_PER_DAY, TICKS_PER_SECOND, UNIX_EPOCH_TICKS};

/// The KQL type that a column has when nobody says otherwise.
pub(super) fn natural_type(arrow: &DataType) -> ScalarType {
    match arrow {
        DataType::Boolean => ScalarType::Bool,
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::UInt8 | DataType::UInt16 => ScalarType::Int,
        DataType::Int64 | DataType::UInt32 | DataType::UInt64 => ScalarType::Long,
        DataType::Float16 | DataType::Float32 | DataType::Float64 => ScalarType::Real,
        DataType::Decimal32(..) | DataType::Decimal64(..) | DataType::Decimal128(..) | DataType::Decimal256(..) => {
            ScalarType::Decimal
        }
        DataType::Timestamp(..) | DataType::Date32 | DataType::Date64 => ScalarType::Datetime,
        DataType::Time32(_) | DataType::Time64(_) | DataType::Duration(_) => ScalarType::Timespan,
        DataType::FixedSizeBinary(16) => ScalarType::Guid,
        DataType::Dictionary(_, values) => natural_type(values),
        DataType::RunEndEncoded(_, values) => natural_type(values.data_type()),
        DataType::Interval(IntervalUnit::DayTime | IntervalUnit::YearMonth | IntervalUnit::MonthDayNano)
        | DataType::Null
        | DataType::Utf8
        | DataType::LargeUtf8
        | DataType::Utf8View
        | DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_) => ScalarType::String,
        _ => ScalarType::Dynamic,
    }
}

/// Converts to the storage of `ty`. `declared` is the type that the file's writer gave the column, if it is Tallyho's.
pub(super) fn to_storage(array: &ArrayRef, declared: Option<ScalarType>, ty: ScalarType) -> Result<ArrayRef> {
    let array = flat(array)?;
    let natural = declared.unwrap_or_else(|| natural_type(array.data_type()));
    if natural == ty && *array.data_type() == data_type(ty) && declared.is_some() {
        return Ok(if ty == ScalarType::String { no_nulls(&array) } else { array });
    }
    match (ty, natural) {
        (ScalarType::Datetime, ScalarType::Datetime) => Ok(datetimes(&array)),
        (ScalarType::Timespan, ScalarType::Timespan) => Ok(timespans(&array)),
        (ScalarType::Bool, ScalarType::Bool) => Ok(array),
        (ScalarType::Int | ScalarType::Long | ScalarType::Real, from) if from.is_numeric() => number(&array, ty),
        // A real becomes the decimal of its shortest text, which the slow way makes.
        (ScalarType::Decimal, from) if from.is_numeric() && from != ScalarType::Real => cast(&array, &data_type(ty)),
        (ScalarType::String, ScalarType::String) if !is_binary(array.data_type()) => {
            Ok(no_nulls(&cast(&array, &DataType::Utf8)?))
        }
        _ => by_cell(&array, declared, ty),
    }
}

/// Without dictionary, run ends or views.
fn flat(array: &ArrayRef) -> Result<ArrayRef> {
    match array.data_type() {
        DataType::Dictionary(_, values) => flat(&cast(array, values)?),
        DataType::RunEndEncoded(_, values) => flat(&cast(array, values.data_type())?),
        DataType::Utf8View | DataType::LargeUtf8 => cast(array, &DataType::Utf8),
        DataType::BinaryView | DataType::LargeBinary => cast(array, &DataType::Binary),
        _ => Ok(Arc::clone(array)),
    }
}

fn is_binary(arrow: &DataType) -> bool {
    matches!(arrow, DataType::Binary | DataType::FixedSizeBinary(_))
}

/// What does not convert is null.
fn cast(array: &ArrayRef, to: &DataType) -> Result<ArrayRef> {
    Ok(cast_with_options(array, to, &CastOptions { safe: true, ..CastOptions::default() })?)
}

/// A string column without nulls.
fn no_nulls(array: &ArrayRef) -> ArrayRef {
    if array.null_count() == 0 {
        return Arc::clone(array);
    }
    let strings = array.as_string::<i32>();
    Arc::new(StringArray::from_iter_values(strings.iter().map(Option::unwrap_or_default)))
}

/// Whole numbers stay whole: a real with a fraction does not become an int or long.
fn number(array: &ArrayRef, ty: ScalarType) -> Result<ArrayRef> {
    let from_fraction = !array.data_type().is_integer() && ty != ScalarType::Real;
    if !from_fraction {
        return cast(array, &data_type(ty));
    }
    let reals = cast(array, &DataType::Float64)?;
    let whole: Float64Array =
        reals.as_primitive::<Float64Type>().unary_opt(|value| (value.fract() == 0.0).then_some(value));
    cast(&(Arc::new(whole) as ArrayRef), &data_type(ty))
}

fn datetimes(array: &ArrayRef) -> ArrayRef {
    match array.data_type() {
        DataType::Timestamp(TimeUnit::Second, _) => instants::<TimestampSecondType>(array, TICKS_PER_SECOND),
        DataType::Timestamp(TimeUnit::Millisecond, _) => instants::<TimestampMillisecondType>(array, 10_000),
        DataType::Timestamp(TimeUnit::Microsecond, _) => instants::<TimestampMicrosecondType>(array, 10),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            let ticks = |value: i64| in_range(UNIX_EPOCH_TICKS + value.div_euclid(100));
            Arc::new(array.as_primitive::<TimestampNanosecondType>().unary_opt::<_, Int64Type>(ticks))
        }
        DataType::Date32 => instants::<Date32Type>(array, TICKS_PER_DAY),
        _ => instants::<Date64Type>(array, 10_000),
    }
}

/// Counts since 1970 of so many ticks each.
fn instants<T>(array: &ArrayRef, ticks: i64) -> ArrayRef
where
    T: ArrowPrimitiveType + ArrowTemporalType,
    i64: From<T::Native>,
{
    let convert = |value: T::Native| i64::from(value).checked_mul(ticks)?.checked_add(UNIX_EPOCH_TICKS);
    let array = array.as_primitive::<T>();
    // Nearly always all of them are datetimes. Looking at the outermost first leaves a loop without branches.
    let values = || array.values().iter().map(|value| i64::from(*value));
    let outermost = [values().min(), values().max()];
    let all_fit = outermost
        .iter()
        .flatten()
        .all(|it| it.checked_mul(ticks).and_then(|ticks| in_range(ticks.checked_add(UNIX_EPOCH_TICKS)?)).is_some());
    let converted: Int64Array = if all_fit {
        array.unary(|value| i64::from(value) * ticks + UNIX_EPOCH_TICKS)
    } else {
        array.unary_opt(|value| convert(value).and_then(in_range))
    };
    Arc::new(converted)
}

fn in_range(ticks: i64) -> Option<i64> {
    (0..=MAX_DATETIME_TICKS).contains(&ticks).then_some(ticks)
}

fn timespans(array: &ArrayRef) -> ArrayRef {
    let nanoseconds = |values: &PrimitiveArray<DurationNanosecondType>| -> ArrayRef {
        Arc::new(values.unary::<_, Int64Type>(|value| value.div_euclid(100)))
    };
    match array.data_type() {
        DataType::Duration(TimeUnit::Second) => spans::<DurationSecondType>(array, TICKS_PER_SECOND),
        DataType::Duration(TimeUnit::Millisecond) => spans::<DurationMillisecondType>(array, 10_000),
        DataType::Duration(TimeUnit::Microsecond) => spans::<DurationMicrosecondType>(array, 10),
        DataType::Duration(TimeUnit::Nanosecond) => nanoseconds(array.as_primitive()),
        DataType::Time32(TimeUnit::Second) => spans::<Time32SecondType>(array, TICKS_PER_SECOND),
        DataType::Time32(_) => spans::<Time32MillisecondType>(array, 10_000),
        DataType::Time64(TimeUnit::Microsecond) => spans::<Time64MicrosecondType>(array, 10),
        _ => {
            let values = array.as_primitive::<Time64NanosecondType>();
            Arc::new(values.unary::<_, Int64Type>(|value| value.div_euclid(100)))
        }
    }
}

fn spans<T>(array: &ArrayRef, ticks: i64) -> ArrayRef
where
    T: ArrowPrimitiveType,
    i64: From<T::Native>,
{
    let converted: Int64Array = array.as_primitive::<T>().unary_opt(|value| i64::from(value).checked_mul(ticks));
    Arc::new(converted)
}

/// The slow way, value by value through its text; for pairs of types that seldom meet.
fn by_cell(array: &ArrayRef, declared: Option<ScalarType>, ty: ScalarType) -> Result<ArrayRef> {
    let texts = nested::cells(array, declared)?;
    let cells = || texts.iter().map(nested::OwnedCell::as_cell);
    Ok(match ty {
        ScalarType::Bool => Arc::new(cells().map(|it| fit(cell::to_bool(it))).collect::<BooleanArray>()),
        ScalarType::Int => Arc::new(cells().map(|it| fit(cell::to_int(it))).collect::<Int32Array>()),
        ScalarType::Long => Arc::new(cells().map(|it| fit(cell::to_long(it))).collect::<Int64Array>()),
        ScalarType::Real => Arc::new(cells().map(|it| fit(cell::to_real(it))).collect::<Float64Array>()),
        ScalarType::Decimal => {
            let values = cells().map(|it| fit(cell::to_decimal(it))).collect::<Decimal256Array>();
            Arc::new(values.with_data_type(data_type(ScalarType::Decimal)))
        }
        ScalarType::Datetime => Arc::new(cells().map(|it| fit(cell::to_datetime(it))).collect::<Int64Array>()),
        ScalarType::Timespan => Arc::new(cells().map(|it| fit(cell::to_timespan(it))).collect::<Int64Array>()),
        ScalarType::Guid => Arc::new(cells().map(|it| fit(cell::to_guid(it))).collect::<StringArray>()),
        ScalarType::String => Arc::new(StringArray::from_iter_values(cells().map(cell::to_string))),
        ScalarType::Dynamic | ScalarType::Unknown => Arc::new(cells().map(cell::to_dynamic).collect::<StringArray>()),
    })
}

fn fit<T>(converted: Converted<T>) -> Option<T> {
    converted.unwrap_or_default()
}
