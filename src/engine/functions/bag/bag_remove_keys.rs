//! `bag_remove_keys(bag, keys)`

use crate::engine::functions::Step;
use crate::engine::functions::json;
use crate::engine::functions::prelude::*;

use super::json_path::parse;

pub(super) const FUNCTION: Function = Function::new("bag_remove_keys", evaluate);

/// Keys, or paths from `$`, that the bag does not have are nothing to remove.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (bags, keys) = (call.jsons(0), call.jsons(1));
    call.make_texts(|row, out| {
        let Some(bag) = bags.some(row).filter(|bag| json::is_bag(bag)) else { return false };
        let paths: Vec<Vec<Step>> = json::elements(keys.get(row))
            .map(|key| json::leaf_text(key).into_owned())
            .map(|key| parse(&key).unwrap_or_else(|| vec![Step::Key(key)]))
            .collect();
        push_without(bag, &paths.iter().map(Vec::as_slice).collect::<Vec<_>>(), out);
        true
    })
}

fn push_without(bag: &str, paths: &[&[Step]], out: &mut String) {
    out.push('{');
    for (key, value) in json::members(bag) {
        let is_here = |step: &Step| matches!(step, Step::Key(wanted) if *wanted == key);
        let below: Vec<&[Step]> =
            paths.iter().filter(|path| path.first().is_some_and(is_here)).map(|path| &path[1..]).collect();
        if below.iter().any(|path| path.is_empty()) {
            continue;
        }
        if below.is_empty() || !json::is_bag(value) {
            json::push_member(&key, value, out);
        } else {
            let mut inner = String::new();
            push_without(value, &below, &mut inner);
            json::push_member(&key, &inner, out);
        }
    }
    out.push('}');
}
