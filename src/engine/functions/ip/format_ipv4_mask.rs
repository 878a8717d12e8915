//! `format_ipv4_mask(ip, [prefix])`

use std::fmt::Write;

use crate::engine::functions::prelude::*;

use super::format_ipv4::networks;
use super::v4::push_address;

pub(super) const FUNCTION: Function = Function::new("format_ipv4_mask", evaluate);

/// The network in the notation `a.b.c.d/n`; empty for what is none.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let network = networks(call);
    call.make_strings(|row, out| {
        if let Some(network) = network(row) {
            push_address(network.base(), out);
            let _ = write!(out, "/{}", network.prefix);
        }
    })
}
