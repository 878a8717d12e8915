//! `isnotnull(value)`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("isnotnull", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    call.make_bools(|row| Some(!call.is_null(0, row)))
}
