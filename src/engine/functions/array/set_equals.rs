//! `set_equals(left, right)`

use crate::engine::functions::prelude::*;

use super::sets::{identities, sets};

pub(super) const FUNCTION: Function = Function::new("set_equals", evaluate);

/// Whether two arrays have the same elements, however often and in whatever order.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let arrays = [call.jsons(0), call.jsons(1)];
    call.make_bools(|row| {
        let sets = sets(&arrays, row)?;
        Some(identities(&sets[0]) == identities(&sets[1]))
    })
}
