//! `series_not_equals(series, series)`; either may be one number.

use super::pairs::comparison;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("series_not_equals", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    comparison(call, i64::ne, f64::ne)
}
