//! `bag_pack(key, value, …)`

use std::collections::HashSet;

use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("bag_pack", evaluate);

/// Keys in the order they are written; of a key that is there twice the first counts.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    packed(call, |_| true)
}

pub(super) fn packed(call: &Call<'_>, is_kept: impl Fn(&str) -> bool) -> Result<ArrayRef> {
    let pairs: Vec<_> = (0..call.len() / 2).map(|pair| (call.strings(pair * 2), call.jsons(pair * 2 + 1))).collect();
    call.make_texts(|row, out| {
        let mut seen = HashSet::new();
        out.push('{');
        for (key, value) in &pairs {
            let value = value.some(row).unwrap_or("null");
            if is_kept(value) && seen.insert(key.get(row)) {
                json::push_member(key.get(row), value, out);
            }
        }
        out.push('}');
        true
    })
}
