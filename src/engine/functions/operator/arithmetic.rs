//! `+ - * / %` and unary minus: whole numbers wrap and divide toward zero, reals follow IEEE, decimals are exact.

use std::ops::{Add, Div, Mul, Sub};

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::i256;
use datafusion::common::Result;

use crate::engine::functions::call::Call;
use crate::engine::functions::column::decimal_one;
use crate::kql::{MAX_DATETIME_TICKS, ScalarType};

/// What both operands are computed as.
enum Domain {
    Long,
    Real,
    Decimal,
}

fn domain(call: &Call<'_>) -> Domain {
    let has = |ty| (0..call.len()).any(|index| call.ty(index) == ty);
    if has(ScalarType::Decimal) {
        Domain::Decimal
    } else if has(ScalarType::Real) {
        Domain::Real
    } else {
        Domain::Long
    }
}

pub(super) fn add(call: &Call<'_>) -> Result<ArrayRef> {
    match domain(call) {
        Domain::Long => long_binary(call, |a, b| Some(a.wrapping_add(b))),
        Domain::Real => real_binary(call, f64::add),
        Domain::Decimal => decimal_binary(call, i256::checked_add),
    }
}

pub(super) fn subtract(call: &Call<'_>) -> Result<ArrayRef> {
    match domain(call) {
        Domain::Long => long_binary(call, |a, b| Some(a.wrapping_sub(b))),
        Domain::Real => real_binary(call, f64::sub),
        Domain::Decimal => decimal_binary(call, i256::checked_sub),
    }
}

pub(super) fn multiply(call: &Call<'_>) -> Result<ArrayRef> {
    match domain(call) {
        Domain::Long => long_binary(call, |a, b| Some(a.wrapping_mul(b))),
        Domain::Real => real_binary(call, f64::mul),
        Domain::Decimal => decimal_binary(call, decimal_product),
    }
}

/// Two spans give a real; a datetime by a span too.
pub(super) fn divide(call: &Call<'_>) -> Result<ArrayRef> {
    if call.returns() == ScalarType::Real {
        return real_binary(call, f64::div);
    }
    match domain(call) {
        Domain::Long => long_binary(call, |a, b| (b != 0).then(|| a.wrapping_div(b))),
        Domain::Real => real_binary(call, f64::div),
        Domain::Decimal => decimal_binary(call, decimal_quotient),
    }
}

/// Never negative, whatever the signs.
pub(super) fn modulo(call: &Call<'_>) -> Result<ArrayRef> {
    match domain(call) {
        Domain::Long => long_binary(call, |a, b| (b != 0).then(|| a.wrapping_rem_euclid(b))),
        Domain::Real => real_binary(call, f64::rem_euclid),
        Domain::Decimal => decimal_binary(call, |a, b| {
            let rest = a.checked_rem(b)?;
            if rest.is_negative() { Some(rest.wrapping_add(b.wrapping_abs())) } else { Some(rest) }
        }),
    }
}

pub(super) fn negate(call: &Call<'_>) -> Result<ArrayRef> {
    match domain(call) {
        Domain::Long => {
            let values = call.longs(0);
            call.make_longs(|row| values.get(row).map(i64::wrapping_neg))
        }
        Domain::Real => {
            let values = call.reals(0);
            call.make_reals(|row| values.get(row).map(|value| -value))
        }
        Domain::Decimal => {
            let values = call.decimals(0);
            call.make_decimals(|row| values.get(row).map(i256::wrapping_neg))
        }
    }
}

fn long_binary(call: &Call<'_>, compute: impl Fn(i64, i64) -> Option<i64>) -> Result<ArrayRef> {
    let (left, right) = (call.longs(0), call.longs(1));
    let in_range = range(call.returns());
    call.make_longs(|row| compute(left.get(row)?, right.get(row)?).filter(|value| in_range(*value)))
}

/// A real, or the ticks that a span times or by a real makes.
fn real_binary(call: &Call<'_>, compute: impl Fn(f64, f64) -> f64) -> Result<ArrayRef> {
    let (left, right) = (call.reals(0), call.reals(1));
    if call.returns() == ScalarType::Real {
        return call.make_reals(|row| Some(compute(left.get(row)?, right.get(row)?)));
    }
    call.make_longs(|row| {
        let ticks = compute(left.get(row)?, right.get(row)?);
        ticks.is_finite().then_some(ticks as i64)
    })
}

fn decimal_binary(call: &Call<'_>, compute: impl Fn(i256, i256) -> Option<i256>) -> Result<ArrayRef> {
    let (left, right) = (call.decimals(0), call.decimals(1));
    call.make_decimals(|row| compute(left.get(row)?, right.get(row)?))
}

/// A datetime outside the years 1 to 9999 does not exist.
fn range(returns: ScalarType) -> fn(i64) -> bool {
    match returns {
        ScalarType::Datetime => |ticks| (0..=MAX_DATETIME_TICKS).contains(&ticks),
        _ => |_| true,
    }
}

/// The product of two decimals of scale 38; parts, because the full product needs more than 256 bits.
fn decimal_product(left: i256, right: i256) -> Option<i256> {
    let one = decimal_one();
    let (left_whole, left_part) = (left.checked_div(one)?, left.checked_rem(one)?);
    let (right_whole, right_part) = (right.checked_div(one)?, right.checked_rem(one)?);
    let wholes = left_whole.checked_mul(right_whole)?.checked_mul(one)?;
    let crossed = left_whole.checked_mul(right_part)?.checked_add(right_whole.checked_mul(left_part)?)?;
    let parts = left_part.checked_mul(right_part)?.checked_div(one)?;
    wholes.checked_add(crossed)?.checked_add(parts)
}

/// The quotient to 38 places, digit by digit; null for a zero divisor.
fn decimal_quotient(left: i256, right: i256) -> Option<i256> {
    let ten = i256::from_i128(10);
    let mut quotient = left.checked_div(right)?;
    let mut rest = left.checked_rem(right)?;
    for _ in 0..38 {
        rest = rest.checked_mul(ten)?;
        quotient = quotient.checked_mul(ten)?.checked_add(rest.checked_div(right)?)?;
        rest = rest.checked_rem(right)?;
    }
    Some(quotient)
}
