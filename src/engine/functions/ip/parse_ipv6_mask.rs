//! `parse_ipv6_mask(ip, prefix)`

use crate::engine::functions::prelude::*;

use super::v6::{Network, push_address};

pub(super) const FUNCTION: Function = Function::new("parse_ipv6_mask", evaluate);

/// As `parse_ipv6` with one more prefix; of IPv4 it counts from the bits that IPv4 has behind those of IPv6.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, prefixes) = (call.strings(0), call.longs(1));
    call.make_strings(|row, out| {
        let prefix = prefixes.get(row).and_then(|prefix| u32::try_from(prefix).ok()).filter(|prefix| *prefix <= 128);
        if let (Some(network), Some(prefix)) = (Network::parse(texts.get(row)), prefix) {
            push_address(network.at_most(prefix).base(), out);
        }
    })
}
