//! `ipv4_netmask_suffix(ip)`

use crate::engine::functions::prelude::*;

use super::v4::Network;

pub(super) const FUNCTION: Function = Function::new("ipv4_netmask_suffix", evaluate);

/// 32 where the text gives none.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    call.make_longs(|row| Network::parse(texts.get(row)).map(|network| i64::from(network.prefix)))
}
