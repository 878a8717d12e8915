//! `bin_at(value, size, fixed_point)`

use crate::engine::functions::prelude::*;
use crate::kql::{MAX_DATETIME_TICKS, ScalarType};

use super::multiple::{Domain, floor_to};

pub(super) const FUNCTION: Function = Function::new("bin_at", evaluate).when(is_known);

/// How Kusto bins datetimes and timespans by a number is not established.
fn is_known(args: &[ScalarType]) -> bool {
    use ScalarType::{Datetime, Timespan};
    match args {
        [Datetime | Timespan, size, _] => *size == Timespan,
        [_, size, _] => !matches!(size, Datetime | Timespan),
        _ => false,
    }
}

/// `bin`, with multiples counted from a fixed point.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    match Domain::of(call) {
        Domain::Long => {
            let (values, sizes, points) = (call.longs(0), call.longs(1), call.longs(2));
            let exists =
                |ticks: &i64| call.returns() != ScalarType::Datetime || (0..=MAX_DATETIME_TICKS).contains(ticks);
            call.make_longs(|row| {
                let point = points.get(row)?;
                let distance = floor_to(values.get(row)?.wrapping_sub(point), sizes.get(row)?)?;
                Some(point.wrapping_add(distance)).filter(exists)
            })
        }
        Domain::Real => {
            let (values, sizes, points) = (call.reals(0), call.reals(1), call.reals(2));
            call.make_reals(|row| {
                let (value, size, point) = (values.get(row)?, sizes.get(row)?, points.get(row)?);
                Some(point + ((value - point) / size).floor() * size)
            })
        }
        Domain::Decimal => {
            let (values, sizes, points) = (call.decimals(0), call.decimals(1), call.decimals(2));
            call.make_decimals(|row| {
                let point = points.get(row)?;
                let distance = values.get(row)?.checked_sub(point)?;
                point.checked_add(super::multiple::decimal_floor_to(distance, sizes.get(row)?)?)
            })
        }
    }
}
