//! `extract_all(regex, [groups], text)`

use regex::Regex;

use crate::engine::functions::json::{self, Kind};
use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("extract_all", evaluate);

/// An array with an element for each match: the group's text, or an array when there are several groups. Null when
/// nothing matches.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(call.len() - 1);
    let wanted = (call.len() > 2).then(|| call.jsons(1));
    let regexes = call.regexes(0)?;
    let mut failure = Ok(());
    let found = call.make_texts(|row, out| match regexes.get(row) {
        Ok(regex) => {
            let groups = groups(&regex, wanted.as_ref().and_then(|wanted| wanted.some(row)));
            push_matches(&regex, &groups, texts.get(row), out)
        }
        Err(error) => {
            failure = Err(error);
            false
        }
    })?;
    failure?;
    Ok(found)
}

/// The groups that are asked for by number or name; all when none of them exists.
fn groups(regex: &Regex, wanted: Option<&str>) -> Vec<usize> {
    let by_name = |name: &str| regex.capture_names().position(|known| known == Some(name));
    let group = |element: &str| match json::kind(element)? {
        Kind::Number => element.parse().ok().filter(|group| (1..regex.captures_len()).contains(group)),
        Kind::String => by_name(&json::unquote(element)),
        _ => None,
    };
    let chosen: Vec<usize> = json::elements(wanted.unwrap_or_default()).filter_map(group).collect();
    if chosen.is_empty() { (1..regex.captures_len()).collect() } else { chosen }
}

fn push_matches(regex: &Regex, groups: &[usize], text: &str, out: &mut String) -> bool {
    out.push('[');
    for captures in regex.captures_iter(text) {
        if out.len() > 1 {
            out.push(',');
        }
        let text_of = |group: &usize| captures.get(*group).map_or("", |found| found.as_str());
        match groups {
            [group] => json::push_quoted(text_of(group), out),
            _ => json::push_strings(groups.iter().map(text_of), out),
        }
    }
    out.push(']');
    out.len() > 2
}
