//! `jaccard_index(left, right)`

use crate::engine::functions::prelude::*;

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
    if call.returns() == crate::kql::ScalarType::Real {
        return call.make_reals(index);
    }
    call.make_texts(|row, out| {
        let index = index(row);
        index.into_iter().for_each(|index| crate::engine::functions::json::push_real(index, out));
        index.is_some()
    })
}
