//! `set_has_element(array, value)`

use crate::engine::functions::prelude::*;

use super::operand::{identity, list};

pub(super) const FUNCTION: Function = Function::new("set_has_element", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (arrays, values) = (call.jsons(0), call.jsons(1));
    call.make_bools(|row| {
        let value = identity(values.some(row).unwrap_or("null"));
        Some(list(&arrays, row)?.into_iter().any(|element| identity(element) == value))
    })
}
