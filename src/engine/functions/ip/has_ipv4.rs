//! `has_ipv4(text, ip)`

use crate::engine::functions::prelude::*;

use super::found::has_address;

pub(super) const FUNCTION: Function = Function::new("has_ipv4", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, addresses) = (call.strings(0), call.strings(1));
    call.make_bools(|row| Some(has_address(texts.get(row), addresses.get(row))))
}
