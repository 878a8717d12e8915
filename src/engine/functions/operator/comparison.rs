//! `== < <= > >=` and `between` over every type that has an order.

use std::cmp::Ordering;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, Datum, Scalar};
use datafusion::arrow::compute::kernels::cmp;
use datafusion::arrow::error::ArrowError;
use datafusion::common::Result;

use crate::engine::functions::call::{Argument, Call};
use crate::kql::ScalarType;

/// Two nulls give null, one null gives false.
pub(super) fn equal(call: &Call<'_>) -> Result<ArrayRef> {
    if call.ty(0) == ScalarType::Real {
        let (left, right) = (call.reals(0), call.reals(1));
        return call.make_bools(|row| match (left.get(row), right.get(row)) {
            (Some(left), Some(right)) => Some(left.partial_cmp(&right).is_some_and(Ordering::is_eq)),
            (None, None) => None,
            _ => Some(false),
        });
    }
    let equal = arrow_compare(call, cmp::eq)?;
    if equal.null_count() == 0 {
        return Ok(Arc::new(equal));
    }
    call.make_bools(|row| match (call.is_null(0, row), call.is_null(1, row)) {
        (false, false) => Some(equal.value(row)),
        (true, true) => None,
        _ => Some(false),
    })
}

pub(super) fn less(call: &Call<'_>) -> Result<ArrayRef> {
    ordered(call, cmp::lt, Ordering::is_lt)
}

pub(super) fn less_equal(call: &Call<'_>) -> Result<ArrayRef> {
    ordered(call, cmp::lt_eq, Ordering::is_le)
}

pub(super) fn greater(call: &Call<'_>) -> Result<ArrayRef> {
    ordered(call, cmp::gt, Ordering::is_gt)
}

pub(super) fn greater_equal(call: &Call<'_>) -> Result<ArrayRef> {
    ordered(call, cmp::gt_eq, Ordering::is_ge)
}

type Kernel = fn(&dyn Datum, &dyn Datum) -> std::result::Result<BooleanArray, ArrowError>;

/// Any null gives null. Reals go their own way: Arrow orders NaN and tells -0.0 from 0.0.
fn ordered(call: &Call<'_>, kernel: Kernel, holds: fn(Ordering) -> bool) -> Result<ArrayRef> {
    if call.ty(0) == ScalarType::Real {
        let (left, right) = (call.reals(0), call.reals(1));
        return call.make_bools(|row| Some(left.get(row)?.partial_cmp(&right.get(row)?).is_some_and(holds)));
    }
    Ok(Arc::new(arrow_compare(call, kernel)?))
}

/// Two constants make one element, every other pair one for each row.
fn arrow_compare(call: &Call<'_>, kernel: Kernel) -> Result<BooleanArray> {
    let (left, right) = (datum(call.arg(0)), datum(call.arg(1)));
    Ok(kernel(left.as_ref(), right.as_ref())?)
}

fn datum(argument: &Argument) -> Box<dyn Datum> {
    let array = Arc::clone(&argument.array);
    if argument.constant { Box::new(Scalar::new(array)) } else { Box::new(array) }
}

/// `low <= x and x <= high`; any null gives null.
pub(super) fn between(call: &Call<'_>) -> Result<ArrayRef> {
    match call.ty(0) {
        ScalarType::Real => {
            let (value, low, high) = (call.reals(0), call.reals(1), call.reals(2));
            call.make_bools(|row| {
                let (value, low, high) = (value.get(row)?, low.get(row)?, high.get(row)?);
                Some(low <= value && value <= high)
            })
        }
        ScalarType::Decimal => {
            let (value, low, high) = (call.decimals(0), call.decimals(1), call.decimals(2));
            call.make_bools(|row| Some((low.get(row)?..=high.get(row)?).contains(&value.get(row)?)))
        }
        _ => {
            let (value, low, high) = (call.longs(0), call.longs(1), call.longs(2));
            call.make_bools(|row| Some((low.get(row)?..=high.get(row)?).contains(&value.get(row)?)))
        }
    }
}
