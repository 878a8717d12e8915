//! `bag_zip(keys, values)`

use std::collections::HashSet;

use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("bag_zip", evaluate);

/// Values that are missing are null; a key that is no string is left out with its value. Null without an array of keys.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (keys, values) = (call.jsons(0), call.jsons(1));
    call.make_texts(|row, out| {
        let Some(keys) = keys.some(row).filter(|keys| json::is_array(keys)) else { return false };
        let mut values = json::elements(values.some(row).unwrap_or("null"));
        let mut seen = HashSet::new();
        out.push('{');
        for key in json::elements(keys) {
            let value = values.next().unwrap_or("null");
            if json::kind(key) == Some(json::Kind::String) && seen.insert(key) {
                json::push_member(&json::unquote(key), value, out);
            }
        }
        out.push('}');
        true
    })
}
