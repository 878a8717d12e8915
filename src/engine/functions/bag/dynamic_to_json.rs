//! `dynamic_to_json(value)`

use crate::engine::functions::json::{self, Kind};
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("dynamic_to_json", evaluate);

/// Compact JSON with the keys of every bag in order.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let values = call.jsons(0);
    call.make_strings(|row, out| push_sorted(values.some(row).unwrap_or("null"), out))
}

fn push_sorted(value: &str, out: &mut String) {
    match json::kind(value) {
        Some(Kind::Bag) => {
            let mut members: Vec<_> = json::members(value).collect();
            members.sort_by(|left, right| left.0.cmp(&right.0));
            out.push('{');
            for (key, value) in members {
                let mut inner = String::new();
                push_sorted(value, &mut inner);
                json::push_member(&key, &inner, out);
            }
            out.push('}');
        }
        Some(Kind::Array) => {
            let elements: Vec<String> = json::elements(value)
                .map(|element| {
                    let mut inner = String::new();
                    push_sorted(element, &mut inner);
                    inner
                })
                .collect();
            json::push_array(elements.iter().map(|element| Some(element.as_str())), out);
        }
        _ => out.push_str(value),
    }
}
