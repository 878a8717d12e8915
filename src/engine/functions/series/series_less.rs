//! `series_less(series, series)`; either may be one number.

use super::pairs::comparison;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("series_less", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    comparison(call, i64::lt, f64::lt)
}
