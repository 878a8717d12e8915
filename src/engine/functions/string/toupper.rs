//! `toupper(text)`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("toupper", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    call.make_strings(|row, out| {
        let text = texts.get(row);
        if text.is_ascii() {
            out.push_str(text);
            out.make_ascii_uppercase();
        } else {
            out.extend(text.chars().map(raised));
        }
    })
}

/// The upper case of a character when that is one character, else the character.
fn raised(character: char) -> char {
    let mut upper = character.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(single), None) => single,
        _ => character,
    }
}
