//! Replacing the matches of a regular expression; `\1` in the rewrite is the first group, `\0` the whole match.

use regex::Captures;

use crate::engine::functions::prelude::*;

/// The arguments are given by their places: text, pattern, rewrite.
pub(super) fn replace_matches(call: &Call<'_>, text: usize, pattern: usize, rewrite: usize) -> Result<ArrayRef> {
    let (texts, rewrites) = (call.strings(text), call.strings(rewrite));
    let regexes = call.regexes(pattern)?;
    let mut failure = Ok(());
    let replaced = call.make_strings(|row, out| match regexes.get(row) {
        Ok(regex) => {
            let rewritten = |captures: &Captures<'_>| expanded(rewrites.get(row), captures);
            out.push_str(&regex.replace_all(texts.get(row), rewritten));
        }
        Err(error) => failure = Err(error),
    })?;
    failure?;
    Ok(replaced)
}

fn expanded(rewrite: &str, captures: &Captures<'_>) -> String {
    let mut out = String::with_capacity(rewrite.len());
    let mut rest = rewrite.chars();
    while let Some(character) = rest.next() {
        if character != '\\' {
            out.push(character);
            continue;
        }
        match rest.next() {
            Some(digit @ '0'..='9') => {
                let group = captures.get(digit as usize - '0' as usize);
                out.push_str(group.map_or("", |group| group.as_str()));
            }
            Some('\\') | None => out.push('\\'),
            Some(other) => out.extend(['\\', other]),
        }
    }
    out
}
