//! `series_iir(series, numerators, denominators)`

use super::numbers::{push_reals, sum, whole};
use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("series_iir", evaluate);

/// Each element hangs on those before it, and on the results before it. Reals.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (series, numerators, denominators) = (call.jsons(0), call.jsons(1), call.jsons(2));
    let mut has_gaps = false;
    let filtered = call.make_texts(|row, out| {
        let texts = [series.some(row), numerators.some(row), denominators.some(row)];
        let [Some(series), Some(numerators), Some(denominators)] = texts else { return false };
        if ![series, numerators, denominators].iter().all(|text| json::is_array(text)) {
            return false;
        }
        match (whole(series), whole(numerators), whole(denominators)) {
            (Some(series), Some(over), Some(under)) if !under.is_empty() && under[0] != 0.0 => {
                push_reals(filter(&series, &over, &under).into_iter().map(Some), out);
            }
            _ => has_gaps = true,
        }
        true
    })?;
    if has_gaps {
        return Err(
            call.error("tallyho does not know what Kusto answers for gaps, or for a filter that divides by zero")
        );
    }
    Ok(filtered)
}

fn filter(series: &[f64], over: &[f64], under: &[f64]) -> Vec<f64> {
    let mut results: Vec<f64> = Vec::with_capacity(series.len());
    for place in 0..series.len() {
        let ahead = sum(over.iter().zip(series[..=place].iter().rev()).map(|(weight, value)| weight * value));
        let back = sum(under[1..].iter().zip(results.iter().rev()).map(|(weight, value)| weight * value));
        results.push((ahead - back) / under[0]);
    }
    results
}
