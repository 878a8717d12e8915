//! `strcat_delim(delimiter, value, …)`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("strcat_delim", evaluate);

/// A null keeps its place: there are always as many delimiters.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let delimiter = call.strings(0);
    let parts: Vec<_> = (1..call.len()).map(|index| call.strings(index)).collect();
    call.make_strings(|row, out| {
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                out.push_str(delimiter.get(row));
            }
            out.push_str(part.get(row));
        }
    })
}
