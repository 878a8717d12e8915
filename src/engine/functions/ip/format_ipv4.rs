//! `format_ipv4(ip, [prefix])`

use crate::engine::functions::prelude::*;
use crate::kql::ScalarType;

use super::v4::{Network, push_address};

pub(super) const FUNCTION: Function = Function::new("format_ipv4", evaluate);

/// An address as text or number, without the bits behind the prefix; empty for what is none.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let network = networks(call);
    call.make_strings(|row, out| {
        if let Some(network) = network(row) {
            push_address(network.base(), out);
        }
    })
}

/// Reads the first argument, and the second when there is one.
pub(super) fn networks<'a>(call: &'a Call<'_>) -> impl Fn(usize) -> Option<Network> + 'a {
    let numbers = (!matches!(call.ty(0), ScalarType::String)).then(|| call.longs(0));
    let texts = call.strings(0);
    let prefixes = (call.len() > 1).then(|| call.longs(1));
    move |row| {
        let number = numbers.as_ref().and_then(|numbers| u32::try_from(numbers.get(row)?).ok());
        let network = Network::parse(texts.get(row)).or(number.map(|address| Network { address, prefix: 32 }))?;
        match &prefixes {
            Some(prefixes) => network.narrowed(prefixes.get(row)?),
            None => Some(network),
        }
    }
}
