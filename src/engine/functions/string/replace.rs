//! `replace(regex, rewrite, text)`, the older order of `replace_regex`.

use crate::engine::functions::prelude::*;

use super::rewrite::replace_matches;

pub(super) const FUNCTION: Function = Function::new("replace", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    replace_matches(call, 2, 0, 1)
}
