//! `series_cosine_similarity(series, series, [magnitude], [magnitude])`

use super::numbers::whole;
use super::series_dot_product::dot;
use super::series_magnitude::magnitude;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("series_cosine_similarity", evaluate);

/// Null when the series differ in length or an element is no number. A magnitude that is given is taken at its word.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (left, right) = (call.jsons(0), call.jsons(1));
    let given: Vec<_> = (2..call.len()).map(|index| call.reals(index)).collect();
    call.make_reals(|row| {
        let (left, right) = (whole(left.some(row)?)?, whole(right.some(row)?)?);
        if left.len() != right.len() {
            return None;
        }
        let length = |place: usize, numbers: &[f64]| match given.get(place) {
            Some(given) => given.get(row),
            None => Some(magnitude(numbers)),
        };
        let lengths = length(0, &left)? * length(1, &right)?;
        Some(dot(left.into_iter().zip(right)) / lengths)
    })
}
