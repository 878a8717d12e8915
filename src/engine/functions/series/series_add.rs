//! `series_add(series, series)`; either may be one number.

use super::pairs::arithmetic;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("series_add", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    arithmetic(call, i64::wrapping_add, |left, right| left + right)
}
