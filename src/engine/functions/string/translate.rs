//! `translate(searchList, replacementList, text)`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("translate", evaluate);

/// A list of replacements that is too short gives its last character to the rest; an empty one deletes.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (searches, replacements, texts) = (call.strings(0), call.strings(1), call.strings(2));
    call.make_strings(|row, out| {
        let replacement: Vec<char> = replacements.get(row).chars().collect();
        for character in texts.get(row).chars() {
            match searches.get(row).chars().position(|searched| searched == character) {
                Some(place) => out.extend(replacement.get(place).or(replacement.last())),
                None => out.push(character),
            }
        }
    })
}
