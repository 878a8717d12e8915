//! `parse_ipv4_mask(ip, prefix)`

use crate::engine::functions::prelude::*;

use super::v4::Network;

pub(super) const FUNCTION: Function = Function::new("parse_ipv4_mask", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, prefixes) = (call.strings(0), call.longs(1));
    call.make_longs(|row| {
        let network = Network::parse(texts.get(row))?.narrowed(prefixes.get(row)?)?;
        Some(i64::from(network.base()))
    })
}
