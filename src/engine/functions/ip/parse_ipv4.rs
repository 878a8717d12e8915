//! `parse_ipv4(ip)`

use crate::engine::functions::prelude::*;

use super::v4::Network;

pub(super) const FUNCTION: Function = Function::new("parse_ipv4", evaluate);

/// The address as a number, its prefix applied; null for what is no address.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    call.make_longs(|row| Network::parse(texts.get(row)).map(|network| i64::from(network.base())))
}
