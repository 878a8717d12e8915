//! `log10(number)`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("log10", evaluate);

/// Null for a negative number.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let values = call.reals(0);
    call.make_reals(|row| {
        let value = values.get(row)?;
        (value.is_nan() || value >= 0.0).then(|| value.log10())
    })
}
