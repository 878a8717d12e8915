//! `asin(number)`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("asin", evaluate);

/// Null outside -1 to 1.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let values = call.reals(0);
    call.make_reals(|row| {
        let value = values.get(row)?;
        (value.is_nan() || value.abs() <= 1.0).then(|| value.asin())
    })
}
