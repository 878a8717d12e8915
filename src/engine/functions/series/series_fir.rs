//! `series_fir(series, filter, [normalize], [center])`

use super::numbers::{Series, push_longs, push_reals, sum, whole};
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("series_fir", evaluate);

/// Beyond its ends the series is zero. A filter without negative numbers is divided by its sum unless told otherwise.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (series, filters) = (call.jsons(0), call.jsons(1));
    let normalize = (call.len() > 2).then(|| call.bools(2));
    let center = (call.len() > 3).then(|| call.bools(3));
    let mut unknown = None;
    let filtered = call.make_texts(|row, out| {
        let (Some(text), Some(filter)) = (series.some(row), filters.some(row)) else { return false };
        let (Some(series), Some(shape)) = (Series::of(text), Series::of(filter)) else { return false };
        let (Some(values), Some(weights)) = (whole(text), whole(filter)) else {
            unknown = Some("a series or a filter with gaps");
            return false;
        };
        let is_negative = weights.iter().any(|weight| *weight < 0.0);
        let normalize = normalize.as_ref().map_or(Some(!is_negative), |it| it.get(row)).unwrap_or(false);
        if normalize && is_negative {
            return false;
        }
        let center = center.as_ref().and_then(|center| center.get(row)).unwrap_or(false);
        if center && weights.len() % 2 == 0 {
            unknown = Some("a centered filter of even length");
            return false;
        }
        let ahead = if center { weights.len() / 2 } else { 0 };
        if let (Series::Longs(values), Series::Longs(weights), false) = (&series, &shape, normalize) {
            let (values, weights): (Vec<i64>, Vec<i64>) =
                (values.iter().flatten().copied().collect(), weights.iter().flatten().copied().collect());
            let terms = |place| terms(&values, &weights, place, ahead);
            let sum = |place| terms(place).fold(0_i64, |sum, (a, b)| sum.wrapping_add(a.wrapping_mul(b)));
            push_longs((0..values.len()).map(|place| Some(sum(place))), out);
            return true;
        }
        let scale = if normalize { weights.iter().sum::<f64>() } else { 1.0 };
        let weights: Vec<f64> = weights.iter().map(|weight| weight / scale).collect();
        let sum = |place| sum(terms(&values, &weights, place, ahead).map(|(a, b)| a * b));
        push_reals((0..values.len()).map(|place| Some(sum(place))), out);
        true
    })?;
    match unknown {
        Some(what) => Err(call.error(&format!("tallyho does not know what Kusto answers for {what}"))),
        None => Ok(filtered),
    }
}

/// Elements and their weights at a place: the first weight is that of the element so many places ahead.
fn terms<'a, T: Copy>(
    values: &'a [T],
    weights: &'a [T],
    place: usize,
    ahead: usize,
) -> impl Iterator<Item = (T, T)> + use<'a, T> {
    let first = place + ahead;
    weights.iter().enumerate().filter_map(move |(back, weight)| {
        let value = values.get(first.checked_sub(back)?)?;
        Some((*value, *weight))
    })
}
