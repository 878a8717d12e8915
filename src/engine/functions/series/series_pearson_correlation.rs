//! `series_pearson_correlation(series, series)`

use super::numbers::whole;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("series_pearson_correlation", evaluate);

/// Null when the series differ in length or an element is no number.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (left, right) = (call.jsons(0), call.jsons(1));
    call.make_reals(|row| {
        let (left, right) = (whole(left.some(row)?)?, whole(right.some(row)?)?);
        (left.len() == right.len() && !left.is_empty()).then(|| correlation(&left, &right))
    })
}

fn correlation(left: &[f64], right: &[f64]) -> f64 {
    let mean = |numbers: &[f64]| numbers.iter().sum::<f64>() / numbers.len() as f64;
    let (left_mean, right_mean) = (mean(left), mean(right));
    let mut sums = (0.0, 0.0, 0.0);
    for (left, right) in left.iter().zip(right) {
        let (left, right) = (left - left_mean, right - right_mean);
        sums = (sums.0 + left * right, sums.1 + left * left, sums.2 + right * right);
    }
    sums.0 / (sums.1.sqrt() * sums.2.sqrt())
}
