//! `isempty(value)`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("isempty", evaluate);

/// True when the value's text is empty: a null, or an empty string in or out of a dynamic.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let empty = emptiness(call);
    call.make_bools(|row| Some(empty(row)))
}

/// Tells for each row whether the first argument has an empty text.
pub(super) fn emptiness<'a>(call: &'a Call<'_>) -> impl Fn(usize) -> bool + 'a {
    let texts = call.is_text(0).then(|| call.raw(0));
    move |row| {
        let empty_text = |text: &str| text.is_empty() || text == "\"\"";
        call.is_null(0, row)
            || texts.as_ref().is_some_and(|texts| {
                let text = texts.get(row);
                if call.ty(0) == crate::kql::ScalarType::Dynamic { empty_text(text) } else { text.is_empty() }
            })
    }
}
