//! `series_sign(series)`

use super::numbers::{Series, push_longs};
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("series_sign", evaluate);

/// Whole numbers, also of reals.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let series = call.jsons(0);
    call.make_texts(|row, out| {
        let Some(series) = series.some(row).and_then(Series::of) else { return false };
        let sign = |real: f64| i64::from(real > 0.0) - i64::from(real < 0.0);
        push_longs(series.into_reals().into_iter().map(|real| real.map(sign)), out);
        true
    })
}
