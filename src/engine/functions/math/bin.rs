//! `bin(value, size)`, which `floor` is another name of.

use datafusion::arrow::array::{Array, Int64Array};

use crate::engine::functions::prelude::*;
use crate::engine::packed_keys::Bins;
use crate::kql::ScalarType;

use super::multiple::{Domain, floor_to};

pub(super) const FUNCTION: Function = Function::new("bin", evaluate).when(is_known);

/// How Kusto rounds a timespan to a number is not established.
fn is_known(args: &[ScalarType]) -> bool {
    use ScalarType::{Datetime, Timespan};
    match args {
        [Timespan, size] => *size == Timespan,
        [Datetime, size] => matches!(size, Timespan | Datetime),
        [value, size] => ![*value, *size].iter().any(|ty| matches!(ty, Datetime | Timespan)),
        _ => false,
    }
}

/// The greatest multiple of the size that is not above the value; of a datetime counted from 0001-01-01.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    match Domain::of(call) {
        Domain::Long => {
            let (values, sizes) = (call.longs(0), call.longs(1));
            if let (true, Some(size @ 1..)) = (sizes.is_constant() && !values.is_constant(), sizes.get(0)) {
                let mut bins = Bins::new(size);
                let multiples = values.array().values().iter().map(|value| bins.of(*value).wrapping_mul(size));
                let multiples = Int64Array::new(multiples.collect(), values.array().nulls().cloned());
                return Ok(call.as_returned(multiples));
            }
            call.make_longs(|row| floor_to(values.get(row)?, sizes.get(row)?))
        }
        Domain::Real => {
            let (values, sizes) = (call.reals(0), call.reals(1));
            call.make_reals(|row| {
                let (value, size) = (values.get(row)?, sizes.get(row)?);
                Some((value / size).floor() * size)
            })
        }
        Domain::Decimal => {
            let (values, sizes) = (call.decimals(0), call.decimals(1));
            call.make_decimals(|row| super::multiple::decimal_floor_to(values.get(row)?, sizes.get(row)?))
        }
    }
}
