//! `bag_merge(bag, …)`

use std::collections::HashSet;

use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("bag_merge", evaluate);

/// The first bag that has a key wins; what is no bag does not count.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let bags: Vec<_> = (0..call.len()).map(|index| call.jsons(index)).collect();
    call.make_texts(|row, out| {
        let mut seen = HashSet::new();
        let present: Vec<&str> = bags.iter().filter_map(|bag| bag.some(row)).filter(|bag| json::is_bag(bag)).collect();
        out.push('{');
        for (key, value) in present.iter().flat_map(|bag| json::members(bag)) {
            if !seen.contains(&key) {
                json::push_member(&key, value, out);
                seen.insert(key);
            }
        }
        out.push('}');
        !present.is_empty()
    })
}
