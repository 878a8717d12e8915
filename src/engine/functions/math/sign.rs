//! `sign(number)`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("sign", evaluate);

/// Zero for null and NaN too.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let values = call.reals(0);
    call.make_reals(|row| {
        let value = values.get(row).unwrap_or(0.0);
        Some(f64::from(i8::from(value > 0.0) - i8::from(value < 0.0)))
    })
}
