//! `series_log(series)`

use super::numbers::each_real_within;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("series_log", evaluate);

/// Reals, by the natural logarithm.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    each_real_within(call, |number| number > 0.0, f64::ln)
}
