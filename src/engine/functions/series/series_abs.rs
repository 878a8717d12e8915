//! `series_abs(series)`

use super::numbers::{Series, push_longs, push_reals};
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("series_abs", evaluate);

/// Whole numbers stay whole unless there is a real among them.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let series = call.jsons(0);
    call.make_texts(|row, out| {
        match series.some(row).and_then(Series::of) {
            None => return false,
            Some(Series::Longs(longs)) => push_longs(longs.into_iter().map(|long| Some(long?.wrapping_abs())), out),
            Some(Series::Reals(reals)) => push_reals(reals.into_iter().map(|real| Some(real?.abs())), out),
        }
        true
    })
}
