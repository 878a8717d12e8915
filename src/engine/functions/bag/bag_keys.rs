//! `bag_keys(bag)`

use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("bag_keys", evaluate);

/// Keys in their order; null for what is no bag.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let bags = call.jsons(0);
    call.make_texts(|row, out| {
        let Some(bag) = bags.some(row).filter(|bag| json::is_bag(bag)) else { return false };
        json::push_array(json::raw_members(bag).map(|(key, _)| Some(key)), out);
        true
    })
}
