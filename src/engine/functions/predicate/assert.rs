//! `assert(condition, message)`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("assert", evaluate);

/// True, or the end of the query with the message.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (conditions, messages) = (call.bools(0), call.strings(1));
    call.try_bools(|row| match conditions.get(row) {
        Some(true) => Ok(Some(true)),
        _ => Err(call.error(messages.get(row))),
    })
}
