//! Comparisons with ticks, written in the unit of a Parquet column.

use arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::Operator;

use crate::kql::{MAX_DATETIME_TICKS, TICKS_PER_DAY, TICKS_PER_SECOND, UNIX_EPOCH_TICKS};

/// Bounds on the file's values that hold together exactly when `column <op> ticks` holds; `None` when the column or
/// operator cannot be treated so.
///
/// Values of the file beyond the years 0001 to 9999 read as null, which satisfies no comparison, so bounds are always
/// two where the unit can express such values.
pub(super) fn terms(arrow: &DataType, op: Operator, ticks: i64) -> Option<Vec<(Operator, ScalarValue)>> {
    let ticks_since_1970 = ticks.checked_sub(UNIX_EPOCH_TICKS)?;
    let terms = match arrow {
        DataType::Timestamp(TimeUnit::Nanosecond, _) => nanosecond_bounds(op, ticks_since_1970)?,
        _ => bounds(op, ticks_since_1970, ticks_per_unit(arrow)?)?,
    };
    terms.into_iter().map(|(op, value)| Some((op, scalar(arrow, value)?))).collect()
}

/// Ticks of one unit, for units no finer than a tick.
fn ticks_per_unit(arrow: &DataType) -> Option<i64> {
    Some(match arrow {
        DataType::Timestamp(TimeUnit::Second, _) => TICKS_PER_SECOND,
        DataType::Timestamp(TimeUnit::Millisecond, _) | DataType::Date64 => 10_000,
        DataType::Timestamp(TimeUnit::Microsecond, _) => 10,
        DataType::Date32 => TICKS_PER_DAY,
        _ => return None,
    })
}

type Bounds = Vec<(Operator, i64)>;

fn bounds(op: Operator, ticks: i64, unit: i64) -> Option<Bounds> {
    let floor = ticks.div_euclid(unit);
    let ceiling = floor + i64::from(ticks.rem_euclid(unit) != 0);
    let first = (-UNIX_EPOCH_TICKS).div_euclid(unit);
    let last = (MAX_DATETIME_TICKS - UNIX_EPOCH_TICKS).div_euclid(unit);
    Some(match op {
        Operator::Gt => vec![(Operator::Gt, floor), (Operator::LtEq, last)],
        Operator::GtEq => vec![(Operator::GtEq, ceiling), (Operator::LtEq, last)],
        Operator::Lt => vec![(Operator::GtEq, first), (Operator::Lt, ceiling)],
        Operator::LtEq => vec![(Operator::GtEq, first), (Operator::LtEq, floor)],
        Operator::Eq if floor == ceiling => vec![(Operator::Eq, floor)],
        _ => return None,
    })
}

/// A tick is a hundred nanoseconds, all of which read as that tick.
fn nanosecond_bounds(op: Operator, ticks: i64) -> Option<Bounds> {
    let first = ticks.checked_mul(100)?;
    let after = first.checked_add(100)?;
    Some(match op {
        Operator::Gt => vec![(Operator::GtEq, after)],
        Operator::GtEq => vec![(Operator::GtEq, first)],
        Operator::Lt => vec![(Operator::Lt, first)],
        Operator::LtEq => vec![(Operator::Lt, after)],
        Operator::Eq => vec![(Operator::GtEq, first), (Operator::Lt, after)],
        _ => return None,
    })
}

fn scalar(arrow: &DataType, value: i64) -> Option<ScalarValue> {
    Some(match arrow {
        DataType::Timestamp(TimeUnit::Second, zone) => ScalarValue::TimestampSecond(Some(value), zone.clone()),
        DataType::Timestamp(TimeUnit::Millisecond, zone) => {
            ScalarValue::TimestampMillisecond(Some(value), zone.clone())
        }
        DataType::Timestamp(TimeUnit::Microsecond, zone) => {
            ScalarValue::TimestampMicrosecond(Some(value), zone.clone())
        }
        DataType::Timestamp(TimeUnit::Nanosecond, zone) => ScalarValue::TimestampNanosecond(Some(value), zone.clone()),
        DataType::Date32 => ScalarValue::Date32(Some(i32::try_from(value).ok()?)),
        DataType::Date64 => ScalarValue::Date64(Some(value)),
        _ => return None,
    })
}
