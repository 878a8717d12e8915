//! `series_fill_forward(series, [missing_value_placeholder])`

use super::gaps::carried;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("series_fill_forward", evaluate);

/// Gaps with nothing before them stay.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    carried(call, false)
}
