//! `bag_set_key(bag, key | path, value)`

use crate::engine::functions::Step;
use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

use super::json_path::parse;

pub(super) const FUNCTION: Function = Function::new("bag_set_key", evaluate);

/// The key moves to the end of its bag; bags on the way to it are made. Null for what is no bag.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (bags, keys, values) = (call.jsons(0), call.strings(1), call.jsons(2));
    call.make_texts(|row, out| {
        let Some(bag) = bags.some(row).filter(|bag| json::is_bag(bag)) else { return false };
        let key = keys.get(row);
        let steps = parse(key).unwrap_or_else(|| vec![Step::Key(key.to_owned())]);
        push_with(bag, &steps, values.some(row).unwrap_or("null"), out)
    })
}

fn push_with(bag: &str, steps: &[Step], value: &str, out: &mut String) -> bool {
    let [Step::Key(wanted), below @ ..] = steps else { return false };
    out.push('{');
    let mut held = None;
    for (key, value) in json::members(bag) {
        if *wanted == key {
            held = Some(value);
        } else {
            json::push_member(&key, value, out);
        }
    }
    let mut inner = String::new();
    let set = if below.is_empty() {
        inner.push_str(value);
        true
    } else {
        push_with(held.filter(|held| json::is_bag(held)).unwrap_or("{}"), below, value, &mut inner)
    };
    json::push_member(wanted, &inner, out);
    out.push('}');
    set
}
