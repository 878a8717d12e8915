//! `set_intersect(array, …)`

use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

use super::operand::identity;
use super::sets::{distinct, identities, sets};

pub(super) const FUNCTION: Function = Function::new("set_intersect", evaluate);

/// Distinct elements that all arrays have, in the order of the first.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let arrays: Vec<_> = (0..call.len()).map(|index| call.jsons(index)).collect();
    call.make_texts(|row, out| {
        let Some(sets) = sets(&arrays, row) else { return false };
        let others: Vec<_> = sets[1..].iter().map(|set| identities(set)).collect();
        let common = distinct(sets[0].iter().copied());
        let common = common.into_iter().filter(|element| others.iter().all(|other| other.contains(&identity(element))));
        json::push_array(common.map(Some), out);
        true
    })
}
