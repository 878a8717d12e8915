//! `exp10(number)`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("exp10", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let values = call.reals(0);
    call.make_reals(|row| {
        let value = values.get(row)?;
        Some(10.0_f64.powf(value))
    })
}
