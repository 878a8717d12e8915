//! `strlen(text)`

use crate::engine::functions::prelude::*;

pub(super) const FUNCTION: Function = Function::new("strlen", evaluate);

/// Code points.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0);
    call.make_longs(|row| Some(texts.get(row).chars().count() as i64))
}
