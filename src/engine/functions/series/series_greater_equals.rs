//! `series_greater_equals(series, series)`; either may be one number.

use super::pairs::comparison;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("series_greater_equals", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    comparison(call, i64::ge, f64::ge)
}
