//! `tolower(text)`

use crate::engine::functions::operator::fold;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("tolower", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    call.make_strings(|row, out| {
        let text = texts.get(row);
        if text.is_ascii() {
            out.push_str(text);
            out.make_ascii_lowercase();
        } else {
            out.extend(text.chars().map(fold));
        }
    })
}
