//! `exp(number)`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("exp", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let values = call.reals(0);
    call.make_reals(|row| {
        let value = values.get(row)?;
        Some(value.exp())
    })
}
