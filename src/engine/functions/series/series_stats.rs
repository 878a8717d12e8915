//! `series_stats(series, [ignore_nonfinite])`: several columns, which come as one array.

use super::numbers::Number;
use super::statistics::Statistics;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("series_stats", evaluate);

/// Smallest, its place, largest, its place, mean, deviation, variance.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let series = call.jsons(0);
    let ignore_nonfinite = (call.len() > 1).then(|| call.bools(1));
    call.make_texts(|row, out| {
        let ignore = ignore_nonfinite.as_ref().and_then(|ignore| ignore.get(row)).unwrap_or(false);
        let Some(it) = series.some(row).and_then(|text| Statistics::of(text, ignore)) else { return false };
        let place = |place: usize| Number::Long(place as i64);
        let numbers = [
            Number::Real(it.min.0),
            place(it.min.1),
            Number::Real(it.max.0),
            place(it.max.1),
            Number::Real(it.mean),
            Number::Real(it.variance.sqrt()),
            Number::Real(it.variance),
        ];
        for number in numbers {
            out.push(if out.is_empty() { '[' } else { ',' });
            number.push(out);
        }
        out.push(']');
        true
    })
}
