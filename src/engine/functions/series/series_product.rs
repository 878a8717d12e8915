//! `series_product(series)`

use super::numbers::whole;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("series_product", evaluate);

/// A real; null when an element is no number.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let series = call.jsons(0);
    call.make_reals(|row| series.some(row).and_then(whole).map(|numbers| numbers.into_iter().product()))
}
