//! `isfinite(number)`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("isfinite", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let values = call.reals(0);
    call.make_bools(|row| Some(values.get(row)?.is_finite()))
}
