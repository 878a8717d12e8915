//! `series_fill_linear(series, [missing_value_placeholder], [fill_edges], [constant_value])`

use super::gaps::{Missing, Placeholders};
use super::numbers::Number;
use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("series_fill_linear", evaluate);

/// Between whole numbers the line is cut to whole numbers. A series of nothing but gaps becomes the constant.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (series, placeholders) = (call.jsons(0), Placeholders::of(call, 1));
    let fill_edges = (call.len() > 2).then(|| call.bools(2));
    let constants = (call.len() > 3).then(|| call.jsons(3));
    let mut has_others = false;
    let filled = call.make_texts(|row, out| {
        let Some(text) = series.some(row).filter(|text| json::is_array(text)) else { return false };
        let elements: Vec<&str> = json::elements(text).collect();
        let missing = placeholders.get(row);
        let constant = match &constants {
            Some(constants) => constants.some(row).and_then(Number::of),
            None => Some(Number::Real(0.0)),
        };
        let edges = fill_edges.as_ref().and_then(|edges| edges.get(row)).unwrap_or(true);
        match fill(&elements, missing, edges, constant) {
            Some(filled) => out.push_str(&filled),
            None => has_others = true,
        }
        true
    })?;
    if has_others {
        return Err(call.error("tallyho does not know what Kusto answers for elements that are no numbers"));
    }
    Ok(filled)
}

/// `None` when there is something that is neither a number nor missing.
fn fill(elements: &[&str], missing: Missing, edges: bool, constant: Option<Number>) -> Option<String> {
    let places: Vec<usize> = (0..elements.len()).filter(|&place| !missing.is(elements[place])).collect();
    let numbers = places.iter().map(|&place| Number::of(elements[place])).collect::<Option<Vec<Number>>>()?;
    let is_whole = numbers.iter().all(|number| matches!(number, Number::Long(_)));
    let mut filled = vec![String::new(); elements.len()];
    for (place, text) in filled.iter_mut().enumerate() {
        let after = places.partition_point(|&known| known < place);
        let value = match (after.checked_sub(1), places.get(after)) {
            (_, Some(&known)) if known == place => None,
            (Some(before), Some(_)) => Some(between(&places, &numbers, before, place, is_whole)),
            (Some(before), None) if edges => Some(numbers[before]),
            (None, Some(_)) if edges => Some(numbers[after]),
            (None, None) => constant,
            _ => None,
        };
        match value {
            Some(value) => value.push(text),
            None => text.push_str(elements[place]),
        }
    }
    let mut out = String::new();
    json::push_array(filled.iter().map(|text| Some(text.as_str())), &mut out);
    Some(out)
}

/// The point of the line between the known elements before and after a place.
fn between(places: &[usize], numbers: &[Number], before: usize, place: usize, is_whole: bool) -> Number {
    let (start, end) = (numbers[before].real(), numbers[before + 1].real());
    let step = (end - start) / (places[before + 1] - places[before]) as f64;
    let value = end - step * (places[before + 1] - place) as f64;
    if is_whole { Number::Long(value as i64) } else { Number::Real(value) }
}
