//! `ipv6_compare(left, right, [prefix])`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("ipv6_compare", evaluate);

/// -1, 0 or 1 under the shortest of all prefixes; null when one is no address.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let ordering = orderings(call);
    call.make_longs(|row| ordering(row).map(|ordering| ordering as i64))
}

/// A prefix argument is one of IPv4 when both texts are addresses of IPv4.
pub(super) fn orderings<'a>(call: &'a Call<'_>) -> impl Fn(usize) -> Option<std::cmp::Ordering> + 'a {
    use super::v6::Network;
    let (left, right) = (call.strings(0), call.strings(1));
    let prefixes = (call.len() > 2).then(|| call.longs(2));
    move |row| {
        let (left_text, right_text) = (left.get(row), right.get(row));
        let (left, right) = (Network::parse(left_text)?.mapped(), Network::parse(right_text)?.mapped());
        let left = match &prefixes {
            Some(prefixes) if !left_text.contains(':') && !right_text.contains(':') => {
                left.narrowed(prefixes.get(row)?)?
            }
            Some(prefixes) => left.at_most(u32::try_from(prefixes.get(row)?).ok().filter(|prefix| *prefix <= 128)?),
            None => left,
        };
        let prefix = left.prefix().min(right.prefix());
        Some(left.under(prefix).cmp(&right.under(prefix)))
    }
}
