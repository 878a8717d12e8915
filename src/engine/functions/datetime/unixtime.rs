//! Counts since 1970 as datetimes.

use crate::engine::functions::prelude::*;
use crate::kql::{MAX_DATETIME_TICKS, ScalarType, UNIX_EPOCH_TICKS};

/// The first argument in units of `numerator / denominator` ticks; null outside the years 1 to 9999.
pub(super) fn from_unix(call: &Call<'_>, numerator: i64, denominator: i64) -> Result<ArrayRef> {
    let in_range = |ticks: &i64| (0..=MAX_DATETIME_TICKS).contains(ticks);
    if matches!(call.ty(0), ScalarType::Real | ScalarType::Decimal) {
        let counts = call.reals(0);
        return call.make_longs(|row| {
            let ticks = (counts.get(row)? * numerator as f64 / denominator as f64).round();
            UNIX_EPOCH_TICKS.checked_add(ticks.is_finite().then_some(ticks as i64)?).filter(in_range)
        });
    }
    let counts = call.longs(0);
    call.make_longs(|row| {
        let ticks = counts.get(row)?.checked_mul(numerator)?.div_euclid(denominator);
        UNIX_EPOCH_TICKS.checked_add(ticks).filter(in_range)
    })
}
