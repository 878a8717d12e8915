//! Rounding down to a multiple.

use datafusion::arrow::datatypes::i256;

use crate::engine::functions::call::Call;
use crate::kql::ScalarType;

/// What numbers are computed as: the widest of the arguments.
pub(super) enum Domain {
    Long,
    Real,
    Decimal,
}

impl Domain {
    pub(super) fn of(call: &Call<'_>) -> Self {
        match call.returns() {
            ScalarType::Real => Self::Real,
            ScalarType::Decimal => Self::Decimal,
            _ => Self::Long,
        }
    }
}

/// Toward negative infinity for a positive size; null for none. Below the least long it wraps, as Kusto does.
pub(super) fn floor_to(value: i64, size: i64) -> Option<i64> {
    if size == 0 {
        return None;
    }
    if size > 0 && value < 0 {
        return Some((value.wrapping_sub(size - 1) / size).wrapping_mul(size));
    }
    let quotient = value.wrapping_div(size);
    let exact = quotient.wrapping_mul(size) == value;
    let below = !exact && (value < 0) != (size < 0);
    Some((quotient - i64::from(below)).wrapping_mul(size))
}

/// Both of scale 38, and so is the multiple.
pub(super) fn decimal_floor_to(value: i256, size: i256) -> Option<i256> {
    let quotient = value.checked_div(size)?;
    let exact = quotient.checked_mul(size)? == value;
    let below = !exact && value.is_negative() != size.is_negative();
    let quotient = if below { quotient.checked_sub(i256::ONE)? } else { quotient };
    quotient.checked_mul(size)
}
