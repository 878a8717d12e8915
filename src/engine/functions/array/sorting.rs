//! Sorting an array by its values: numbers by size, strings by code point.

use std::cmp::Ordering;

use crate::engine::functions::conversion::Leaf;
use crate::engine::functions::json;
use crate::engine::functions::prelude::*;
use crate::kql::ScalarType;

use super::operand::list;

/// Several arrays would give several columns.
pub(super) fn is_one_array(args: &[ScalarType]) -> bool {
    matches!(args, [_] | [_, ScalarType::Bool])
}

/// Nulls come last in both directions, unless the second argument says otherwise.
pub(super) fn sorted(call: &Call<'_>, descending: bool) -> Result<ArrayRef> {
    let arrays = call.jsons(0);
    let nulls_last = (call.len() > 1).then(|| call.bools(1));
    let mut is_mixed = false;
    let sorted = call.make_texts(|row, out| {
        let Some(elements) = list(&arrays, row) else { return false };
        let nulls_last = nulls_last.as_ref().and_then(|nulls_last| nulls_last.get(row)).unwrap_or(true);
        let is_null = |element: &&str| json::kind(element) == Some(json::Kind::Null);
        let (nulls, mut values): (Vec<&str>, Vec<&str>) = elements.into_iter().partition(is_null);
        is_mixed |= values.windows(2).any(|pair| json::kind(pair[0]) != json::kind(pair[1]));
        values.sort_by(|left, right| {
            let order = compare(left, right);
            if descending { order.reverse() } else { order }
        });
        let ordered: Vec<&str> = if nulls_last { [values, nulls].concat() } else { [nulls, values].concat() };
        json::push_array(ordered.into_iter().map(Some), out);
        true
    })?;
    if is_mixed {
        return Err(call.error("tallyho does not run the sorting of an array of several types yet"));
    }
    Ok(sorted)
}

/// Numbers by size and strings by code point; arrays and bags stay where they are.
fn compare(left: &str, right: &str) -> Ordering {
    match (Leaf::of(left), Leaf::of(right)) {
        (Some(Leaf::String(left)), Some(Leaf::String(right))) => left.cmp(&right),
        (Some(Leaf::Long(left)), Some(Leaf::Long(right))) => left.cmp(&right),
        (Some(left), Some(right)) => {
            let rank = |leaf: &Leaf<'_>| matches!(leaf, Leaf::String(_));
            let by_rank = rank(&left).cmp(&rank(&right));
            by_rank.then_with(|| left.real().partial_cmp(&right.real()).unwrap_or(Ordering::Equal))
        }
        (left, right) => left.is_none().cmp(&right.is_none()),
    }
}
