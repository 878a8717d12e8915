//! `ipv4_is_in_any_range(ip, range | array, …)`

use crate::engine::functions::prelude::*;

use super::candidates::Candidates;
use super::v4::Network;

pub(super) const FUNCTION: Function = Function::new("ipv4_is_in_any_range", evaluate);

/// Null for what is no address; ranges that are none do not count.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    let ranges = Candidates::new(call, 1);
    let parse =
        |row: usize| -> Vec<Network> { ranges.at(row).iter().filter_map(|range| Network::parse(range)).collect() };
    let fixed = ranges.key().map(|key| call.built::<Vec<Network>>(&key, |_| parse(0)));
    call.make_bools(|row| {
        let base = Network::parse(texts.get(row))?.base();
        let holds = |ranges: &[Network]| ranges.iter().any(|range| range.contains(base));
        Some(fixed.as_ref().map_or_else(|| holds(&parse(row)), |ranges| holds(ranges)))
    })
}
