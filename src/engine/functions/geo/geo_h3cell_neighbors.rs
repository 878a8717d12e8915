//! `geo_h3cell_neighbors(h3cell)`

use crate::engine::functions::prelude::*;

use super::read::{h3cell, push_h3cells, rings};

pub(super) const FUNCTION: Function = Function::new("geo_h3cell_neighbors", evaluate);

/// The cells around at the same resolution.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let tokens = call.strings(0);
    call.make_texts(|row, out| {
        let Some(cell) = h3cell(tokens.get(row)) else { return false };
        push_h3cells(&rings(cell, 1)[1], out);
        true
    })
}
