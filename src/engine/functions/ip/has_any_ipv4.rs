//! `has_any_ipv4(text, ip | array, …)`

use crate::engine::functions::prelude::*;

use super::candidates::Candidates;
use super::found::has_address;

pub(super) const FUNCTION: Function = Function::new("has_any_ipv4", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    let addresses = Candidates::new(call, 1);
    call.make_bools(|row| Some(addresses.at(row).iter().any(|address| has_address(texts.get(row), address))))
}
