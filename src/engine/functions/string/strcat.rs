//! `strcat(value, …)`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("strcat", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let parts: Vec<_> = (0..call.len()).map(|index| call.strings(index)).collect();
    call.make_strings(|row, out| parts.iter().for_each(|part| out.push_str(part.get(row))))
}
