//! `ipv4_is_in_range(ip, range)`

use crate::engine::functions::prelude::*;

use super::v4::Network;

pub(super) const FUNCTION: Function = Function::new("ipv4_is_in_range", evaluate);

/// Null when one is no address.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, ranges) = (call.strings(0), call.strings(1));
    let fixed = ranges.constant().map(Network::parse);
    call.make_bools(|row| {
        let range = fixed.unwrap_or_else(|| Network::parse(ranges.get(row)))?;
        Some(range.contains(Network::parse(texts.get(row))?.base()))
    })
}
