//! `jaccard_index(left, right)`

use crate::engine::functions::json;
use crate::engine::functions::prelude::*;
use crate::kql::ScalarType;

use super::sets::{identities, sets};

pub(super) const FUNCTION: Function = Function::new("jaccard_index", evaluate);

/// Share of the common elements among all; two empty sets have none.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let arrays = [call.jsons(0), call.jsons(1)];
    let index = |row: usize| {
        let sets = sets(&arrays, row)?;
        let (left, right) = (identities(&sets[0]), identities(&sets[1]));
        Some(left.intersection(&right).count() as f64 / left.union(&right).count() as f64)
    };
    if call.returns() == ScalarType::Real {
        return call.make_reals(index);
    }
    call.make_texts(|row, out| {
        let Some(index) = index(row) else { return false };
        json::push_real(index, out);
        true
    })
}
