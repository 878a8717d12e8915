//! `series_cos(series)`

use super::numbers::each_real;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("series_cos", evaluate);

/// Reals.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    each_real(call, f64::cos)
}
