//! `isnull(value)`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("isnull", evaluate);

/// False for every string: there is no null one.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    call.make_bools(|row| Some(call.is_null(0, row)))
}
