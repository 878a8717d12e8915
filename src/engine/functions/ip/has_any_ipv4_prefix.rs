//! `has_any_ipv4_prefix(text, prefix | array, …)`

use crate::engine::functions::prelude::*;

use super::candidates::Candidates;
use super::found::has_prefix;

pub(super) const FUNCTION: Function = Function::new("has_any_ipv4_prefix", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    let prefixes = Candidates::new(call, 1);
    call.make_bools(|row| Some(prefixes.at(row).iter().any(|prefix| has_prefix(texts.get(row), prefix))))
}
