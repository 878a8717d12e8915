//! `regex_quote(text)`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("regex_quote", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    call.make_strings(|row, out| out.push_str(&regex::escape(texts.get(row))))
}
