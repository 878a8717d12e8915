//! `countof(text, search, ['normal' | 'regex'])`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("countof", evaluate);

/// Plain occurrences may overlap, matches of a regular expression do not.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, searches) = (call.strings(0), call.strings(1));
    let kind = (call.len() > 2).then(|| call.strings(2));
    if kind.as_ref().is_some_and(|kind| kind.get(0).eq_ignore_ascii_case("regex")) {
        let regexes = call.regexes(1)?;
        let counts: Vec<i64> = (0..call.rows())
            .map(|row| Ok(regexes.get(row)?.find_iter(texts.get(row)).count() as i64))
            .collect::<Result<_>>()?;
        return call.make_longs(|row| Some(counts[row]));
    }
    call.make_longs(|row| Some(overlapping(texts.get(row), searches.get(row))))
}

fn overlapping(text: &str, search: &str) -> i64 {
    if search.is_empty() {
        return 0;
    }
    let (text, search) = (text.as_bytes(), search.as_bytes());
    text.windows(search.len()).filter(|window| *window == search).count() as i64
}
