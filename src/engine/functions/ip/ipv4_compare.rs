//! `ipv4_compare(left, right, [prefix])`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("ipv4_compare", evaluate);

/// -1, 0 or 1 under the shortest of all prefixes; null when one is no address.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let ordering = orderings(call);
    call.make_longs(|row| ordering(row).map(|ordering| ordering as i64))
}

pub(super) fn orderings<'a>(call: &'a Call<'_>) -> impl Fn(usize) -> Option<std::cmp::Ordering> + 'a {
    use super::v4::{Network, mask};
    let (left, right) = (call.strings(0), call.strings(1));
    let prefixes = (call.len() > 2).then(|| call.longs(2));
    move |row| {
        let (left, right) = (Network::parse(left.get(row))?, Network::parse(right.get(row))?);
        let left = match &prefixes {
            Some(prefixes) => left.narrowed(prefixes.get(row)?)?,
            None => left,
        };
        let mask = mask(left.prefix.min(right.prefix));
        Some((left.address & mask).cmp(&(right.address & mask)))
    }
}
