//! `ipv4_range_to_cidr_list(start, end)`

use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

use super::v4::{Network, push_address};

pub(super) const FUNCTION: Function = Function::new("ipv4_range_to_cidr_list", evaluate);

/// The fewest networks that cover the range; null when one is no address or they are in the wrong order.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (starts, ends) = (call.strings(0), call.strings(1));
    call.make_texts(|row, out| {
        let (Some(start), Some(end)) = (Network::parse(starts.get(row)), Network::parse(ends.get(row))) else {
            return false;
        };
        let (mut next, end) = (u64::from(start.address), u64::from(end.address));
        if next > end {
            return false;
        }
        let mut networks = Vec::new();
        while next <= end {
            let aligned = next.trailing_zeros().min(32);
            let fitting = (end - next + 1).ilog2();
            let bits = aligned.min(fitting);
            let mut network = String::new();
            push_address(next as u32, &mut network);
            networks.push(format!("{network}/{}", 32 - bits));
            next += 1 << bits;
        }
        json::push_strings(networks.iter().map(String::as_str), out);
        true
    })
}
