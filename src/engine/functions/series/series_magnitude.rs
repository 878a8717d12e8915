//! `series_magnitude(series)`

use super::numbers::{sum, whole};
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("series_magnitude", evaluate);

/// The length of the series as a vector; null when an element is no number.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let series = call.jsons(0);
    call.make_reals(|row| series.some(row).and_then(whole).map(|numbers| magnitude(&numbers)))
}

pub(super) fn magnitude(numbers: &[f64]) -> f64 {
    sum(numbers.iter().map(|number| number * number)).sqrt()
}
