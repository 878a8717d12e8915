//! `replace_string(text, lookup, rewrite)`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("replace_string", evaluate);

/// Every occurrence; nothing is replaced when there is nothing to look for.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, lookups, rewrites) = (call.strings(0), call.strings(1), call.strings(2));
    call.make_strings(|row, out| {
        let (text, lookup) = (texts.get(row), lookups.get(row));
        if lookup.is_empty() || !text.contains(lookup) {
            return out.push_str(text);
        }
        for (index, piece) in text.split(lookup).enumerate() {
            if index > 0 {
                out.push_str(rewrites.get(row));
            }
            out.push_str(piece);
        }
    })
}
