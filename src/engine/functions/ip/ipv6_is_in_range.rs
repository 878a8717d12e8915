//! `ipv6_is_in_range(ip, range)`

use crate::engine::functions::prelude::*;

use super::v6::Network;

pub(super) const FUNCTION: Function = Function::new("ipv6_is_in_range", evaluate);

/// Null when one is no address.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, ranges) = (call.strings(0), call.strings(1));
    call.make_bools(|row| Some(Network::parse(ranges.get(row))?.contains(Network::parse(texts.get(row))?)))
}
