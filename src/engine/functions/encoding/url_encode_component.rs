//! `url_encode_component(text)`

use crate::engine::functions::prelude::*;

use super::url_encode::push_encoded;

pub(super) const FUNCTION: Function = Function::new("url_encode_component", evaluate);

/// A space becomes `%20`.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    call.make_strings(|row, out| push_encoded(texts.get(row), "%20", out))
}
