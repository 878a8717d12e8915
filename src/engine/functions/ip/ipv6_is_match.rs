//! `ipv6_is_match(left, right, [prefix])`

use crate::engine::functions::prelude::*;

use super::ipv6_compare::orderings;

pub(super) const FUNCTION: Function = Function::new("ipv6_is_match", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let ordering = orderings(call);
    call.make_bools(|row| ordering(row).map(std::cmp::Ordering::is_eq))
}
