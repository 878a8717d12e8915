//! `binary_not(value)`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("binary_not", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let values = call.longs(0);
    call.make_longs(|row| {
        let value = values.get(row)?;
        Some(!value)
    })
}
