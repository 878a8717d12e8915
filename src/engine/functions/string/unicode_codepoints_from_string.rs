//! `unicode_codepoints_from_string(text)`

use std::fmt::Write;

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("unicode_codepoints_from_string", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    call.make_texts(|row, out| {
        for (index, character) in texts.get(row).chars().enumerate() {
            let _ = write!(out, "{}{}", if index == 0 { '[' } else { ',' }, u32::from(character));
        }
        out.push_str(if out.is_empty() { "[]" } else { "]" });
        true
    })
}
