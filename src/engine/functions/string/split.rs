//! `split(source, delimiter, [index])`

use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("split", evaluate);

/// An array of strings; with an index an array of that one string, or null when there is none.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, delimiters) = (call.strings(0), call.strings(1));
    let indices = (call.len() > 2).then(|| call.longs(2));
    call.make_texts(|row, out| {
        let delimiter = delimiters.get(row);
        if delimiter.is_empty() {
            return false;
        }
        let mut parts = texts.get(row).split(delimiter);
        let Some(indices) = &indices else {
            json::push_strings(parts, out);
            return true;
        };
        let index = indices.get(row).and_then(|index| usize::try_from(index).ok());
        let Some(part) = index.and_then(|index| parts.nth(index)) else { return false };
        json::push_strings([part], out);
        true
    })
}
