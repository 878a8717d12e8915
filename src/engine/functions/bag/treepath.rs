//! `treepath(dynamic)`

use std::fmt::Write;

use crate::engine::functions::json::{self, Kind};
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("treepath", evaluate);

/// The path of every member, outer ones first; all elements of an array go by the path of the first.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let trees = call.jsons(0);
    call.make_texts(|row, out| {
        let Some(tree) = trees.some(row) else { return false };
        let mut paths = Vec::new();
        collect(tree, "", &mut paths);
        json::push_strings(paths.iter().map(String::as_str), out);
        true
    })
}

fn collect(value: &str, path: &str, paths: &mut Vec<String>) {
    let mut visit = |path: String, value: &str| {
        if !paths.contains(&path) {
            paths.push(path.clone());
        }
        collect(value, &path, paths);
    };
    match json::kind(value) {
        Some(Kind::Bag) => json::members(value).for_each(|(key, value)| visit(format!("{path}['{key}']"), value)),
        Some(Kind::Array) => json::elements(value).for_each(|element| {
            let mut inner = path.to_owned();
            let _ = write!(inner, "[0]");
            visit(inner, element);
        }),
        _ => {}
    }
}
