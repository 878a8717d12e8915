//! `has_ipv4_prefix(text, prefix)`

use crate::engine::functions::prelude::*;

use super::found::has_prefix;

pub(super) const FUNCTION: Function = Function::new("has_ipv4_prefix", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, prefixes) = (call.strings(0), call.strings(1));
    call.make_bools(|row| Some(has_prefix(texts.get(row), prefixes.get(row))))
}
