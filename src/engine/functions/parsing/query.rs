//! The parameters of a URL.

use std::collections::BTreeMap;

use crate::engine::functions::json;

/// A bag with the keys in order; a key that is there several times has an array. What lacks a key or a value is left
/// out.
pub(super) fn push_query(query: &str, out: &mut String) {
    let mut parameters: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (key, value) in query.split('&').filter_map(|parameter| parameter.split_once('=')) {
        if !key.is_empty() && !value.is_empty() {
            parameters.entry(key).or_default().push(value);
        }
    }
    out.push('{');
    for (key, values) in parameters {
        let mut text = String::new();
        match values.as_slice() {
            [value] => json::push_quoted(value, &mut text),
            _ => json::push_strings(values, &mut text),
        }
        json::push_member(key, &text, out);
    }
    out.push('}');
}
