//! Sorting an array by its values: numbers by size, strings by code point.

use std::cmp::Ordering;

use crate::engine::functions::conversion::Leaf;
use crate::engine::functions::json;
use crate::engine::functions::prelude::*;
use crate::kql::ScalarType;

use super::operand::list;

/// The first array sorted, or an array of all of them when there are several: the others follow the first. Nulls come
/// last in both directions, unless the last argument says otherwise.
pub(super) fn sorted(call: &Call<'_>, descending: bool) -> Result<ArrayRef> {
    let n_arrays = (0..call.len()).take_while(|&index| call.ty(index) != ScalarType::Bool).count();
    let arrays: Vec<_> = (0..n_arrays).map(|index| call.jsons(index)).collect();
    let nulls_last = (n_arrays < call.len()).then(|| call.bools(n_arrays));
    let mut is_mixed = false;
    let sorted = call.make_texts(|row, out| {
        let first = list(&arrays[0], row);
        let nulls_last = nulls_last.as_ref().and_then(|nulls_last| nulls_last.get(row)).unwrap_or(true);
        let order = first.map(|elements| {
            let (order, has_types) = order(&elements, descending, nulls_last);
            is_mixed |= has_types;
            order
        });
        if let [only] = arrays.as_slice() {
            return order.is_some_and(|order| push_in_order(list(only, row).as_deref(), &order, out));
        }
        let Some(order) = order else { return false };
        for (index, array) in arrays.iter().enumerate() {
            out.push(if index == 0 { '[' } else { ',' });
            if !push_in_order(list(array, row).as_deref(), &order, out) {
                out.push_str("null");
            }
        }
        out.push(']');
        true
    })?;
    if is_mixed {
        return Err(call.error("tallyho does not run the sorting of an array of several types yet"));
    }
    Ok(sorted)
}

/// Places of the elements in order, and whether they are of several types.
fn order(elements: &[&str], descending: bool, nulls_last: bool) -> (Vec<usize>, bool) {
    let is_null = |place: &usize| json::kind(elements[*place]) == Some(json::Kind::Null);
    let (nulls, mut values): (Vec<usize>, Vec<usize>) = (0..elements.len()).partition(is_null);
    let has_types = values.windows(2).any(|pair| json::kind(elements[pair[0]]) != json::kind(elements[pair[1]]));
    values.sort_by(|left, right| {
        let order = compare(elements[*left], elements[*right]);
        if descending { order.reverse() } else { order }
    });
    (if nulls_last { [values, nulls].concat() } else { [nulls, values].concat() }, has_types)
}

/// Writes the elements in an order; false when there is not one for each place.
fn push_in_order(elements: Option<&[&str]>, order: &[usize], out: &mut String) -> bool {
    let Some(elements) = elements.filter(|elements| elements.len() == order.len()) else { return false };
    json::push_array(order.iter().map(|&place| Some(elements[place])), out);
    true
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
