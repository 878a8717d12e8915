//! `set_difference(array, other, …)`

use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

use super::operand::identity;
use super::sets::{distinct, identities, sets};

pub(super) const FUNCTION: Function = Function::new("set_difference", evaluate);

/// Distinct elements of the first array that no other has.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let arrays: Vec<_> = (0..call.len()).map(|index| call.jsons(index)).collect();
    call.make_texts(|row, out| {
        let Some(sets) = sets(&arrays, row) else { return false };
        let others: Vec<_> = sets[1..].iter().map(|set| identities(set)).collect();
        let left = distinct(sets[0].iter().copied());
        let left = left.into_iter().filter(|element| !others.iter().any(|other| other.contains(&identity(element))));
        json::push_array(left.map(Some), out);
        true
    })
}
