//! `series_asin(series)`

use super::numbers::each_real_within;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("series_asin", evaluate);

/// Reals.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    each_real_within(call, |number| number.abs() <= 1.0, f64::asin)
}
