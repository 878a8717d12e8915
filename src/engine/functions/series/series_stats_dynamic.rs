//! `series_stats_dynamic(series, [ignore_nonfinite])`

use super::numbers::Number;
use super::statistics::Statistics;
use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("series_stats_dynamic", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let series = call.jsons(0);
    let ignore_nonfinite = (call.len() > 1).then(|| call.bools(1));
    let mut is_without = false;
    let bags = call.make_texts(|row, out| {
        let ignore = ignore_nonfinite.as_ref().and_then(|ignore| ignore.get(row)).unwrap_or(false);
        let Some(text) = series.some(row).filter(|text| json::is_array(text)) else { return false };
        match Statistics::of(text, ignore) {
            Some(statistics) => push_bag(&statistics, out),
            None => is_without = true,
        }
        true
    })?;
    if is_without {
        return Err(call.error("tallyho does not know what Kusto answers for a series with gaps, or for an empty one"));
    }
    Ok(bags)
}

fn push_bag(it: &Statistics, out: &mut String) {
    let place = |place: usize| Number::Long(place as i64);
    let members = [
        ("min", Number::Real(it.min.0)),
        ("min_idx", place(it.min.1)),
        ("max", Number::Real(it.max.0)),
        ("max_idx", place(it.max.1)),
        ("avg", Number::Real(it.mean)),
        ("stdev", Number::Real(it.variance.sqrt())),
        ("variance", Number::Real(it.variance)),
        ("sum", Number::Real(it.sum)),
        ("len", place(it.length)),
    ];
    out.push('{');
    for (key, number) in members {
        let mut value = String::new();
        number.push(&mut value);
        json::push_member(key, &value, out);
    }
    out.push('}');
}
