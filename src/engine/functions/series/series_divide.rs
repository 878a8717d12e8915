//! `series_divide(series, series)`; either may be one number.

use super::pairs::real_arithmetic;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("series_divide", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    real_arithmetic(call, |left, right| left / right)
}
