//! `bag_has_key(bag, key | path)`

use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

use super::json_path::{descend, parse};

pub(super) const FUNCTION: Function = Function::new("bag_has_key", evaluate);

/// Null for what is no bag.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (bags, keys) = (call.jsons(0), call.strings(1));
    call.make_bools(|row| {
        let bag = bags.some(row).filter(|bag| json::is_bag(bag))?;
        let key = keys.get(row);
        let found = match parse(key) {
            Some(steps) => descend(bag, &steps),
            None => json::member(bag, key),
        };
        Some(found.is_some())
    })
}
