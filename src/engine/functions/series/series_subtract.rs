//! `series_subtract(series, series)`; either may be one number.

use super::pairs::arithmetic;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("series_subtract", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    arithmetic(call, i64::wrapping_sub, |left, right| left - right)
}
