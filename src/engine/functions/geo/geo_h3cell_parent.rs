//! `geo_h3cell_parent(h3cell[, resolution])`

use crate::engine::functions::prelude::*;

use std::fmt::Write;

use super::read::{h3cell, resolution};

pub(super) const FUNCTION: Function = Function::new("geo_h3cell_parent", evaluate);

/// Without a resolution that of the next coarser one.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let tokens = call.strings(0);
    let wanted = (call.len() > 1).then(|| call.longs(1));
    call.make_strings(|row, out| {
        let Some(cell) = h3cell(tokens.get(row)) else { return };
        let coarser = match &wanted {
            Some(wanted) => wanted.get(row).and_then(|level| u64::try_from(level).ok()).and_then(resolution),
            None => cell.resolution().pred(),
        };
        if let Some(parent) = coarser.and_then(|coarser| cell.parent(coarser)) {
            let _ = write!(out, "{parent}");
        }
    })
}
