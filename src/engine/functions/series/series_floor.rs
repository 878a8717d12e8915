//! `series_floor(series)`

use super::numbers::each_real;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("series_floor", evaluate);

/// Reals, even of whole numbers.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    each_real(call, f64::floor)
}
