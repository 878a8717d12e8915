//! What the three `trim` functions share: Kusto builds a pattern from the text of another and removes every match.

use crate::engine::functions::prelude::*;

/// Removes the matches of the pattern made from the first argument from the second.
pub(super) fn remove(call: &Call<'_>, pattern: fn(&str) -> String) -> Result<ArrayRef> {
    let (patterns, texts) = (call.strings(0), call.strings(1));
    let compiled = |row: usize| call.regex(&pattern(patterns.get(row)));
    let fixed = patterns.constant().map(|_| compiled(0)).transpose()?;
    let mut failure = Ok(());
    let trimmed = call.make_strings(|row, out| {
        let regex = match &fixed {
            Some(regex) => Ok(std::sync::Arc::clone(regex)),
            None => compiled(row),
        };
        match regex {
            Ok(regex) => out.push_str(&regex.replace_all(texts.get(row), "")),
            Err(error) => failure = Err(error),
        }
    })?;
    failure?;
    Ok(trimmed)
}
