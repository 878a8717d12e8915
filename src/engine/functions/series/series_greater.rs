//! `series_greater(series, series)`; either may be one number.

use super::pairs::comparison;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("series_greater", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    comparison(call, i64::gt, f64::gt)
}
