//! `geo_h3cell_level(h3cell)`

use crate::engine::functions::prelude::*;

use super::read::h3cell;

pub(super) const FUNCTION: Function = Function::new("geo_h3cell_level", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let tokens = call.strings(0);
    call.make_longs(|row| Some(i64::from(u8::from(h3cell(tokens.get(row))?.resolution()))))
}
