//! `strrep(value, multiplier, [delimiter])`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("strrep", evaluate);

/// Kusto repeats no more often than this.
const MOST: i64 = 1024;

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, counts) = (call.strings(0), call.longs(1));
    let delimiter = (call.len() > 2).then(|| call.strings(2));
    call.make_strings(|row, out| {
        for index in 0..counts.get(row).unwrap_or(0).min(MOST) {
            if let Some(delimiter) = delimiter.as_ref().filter(|_| index > 0) {
                out.push_str(delimiter.get(row));
            }
            out.push_str(texts.get(row));
        }
    })
}
