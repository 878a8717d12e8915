//! `ipv4_is_private(ip)`

use crate::engine::functions::prelude::*;

use super::v4::Network;

pub(super) const FUNCTION: Function = Function::new("ipv4_is_private", evaluate);

const PRIVATE: [Network; 3] = [
    Network { address: 0x0a00_0000, prefix: 8 },
    Network { address: 0xac10_0000, prefix: 12 },
    Network { address: 0xc0a8_0000, prefix: 16 },
];

/// In one of the three private networks; null for what is no address.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    call.make_bools(|row| {
        let base = Network::parse(texts.get(row))?.base();
        Some(PRIVATE.iter().any(|network| network.contains(base)))
    })
}
