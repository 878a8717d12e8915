//! `series_multiply(series, series)`; either may be one number.

use super::pairs::arithmetic;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("series_multiply", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    arithmetic(call, i64::wrapping_mul, |left, right| left * right)
}
