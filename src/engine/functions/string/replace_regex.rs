//! `replace_regex(text, regex, rewrite)`

use crate::engine::functions::prelude::*;

use super::rewrite::replace_matches;

pub(super) const FUNCTION: Function = Function::new("replace_regex", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    replace_matches(call, 0, 1, 2)
}
