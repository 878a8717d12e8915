//! `parse_ipv6(ip)`

use crate::engine::functions::prelude::*;

use super::v6::{Network, push_address};

pub(super) const FUNCTION: Function = Function::new("parse_ipv6", evaluate);

/// Eight groups of four lower-case digits, the prefix applied; empty for what is no address.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    call.make_strings(|row, out| {
        if let Some(network) = Network::parse(texts.get(row)) {
            push_address(network.base(), out);
        }
    })
}
