//! `series_fill_backward(series, [missing_value_placeholder])`

use super::gaps::carried;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("series_fill_backward", evaluate);

/// Gaps with nothing behind them stay.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    carried(call, true)
}
