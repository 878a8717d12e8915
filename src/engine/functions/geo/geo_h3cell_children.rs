//! `geo_h3cell_children(h3cell[, resolution])`

use crate::engine::functions::prelude::*;

use h3o::Resolution;

use super::read::{h3cell, push_h3cells, resolution};

pub(super) const FUNCTION: Function = Function::new("geo_h3cell_children", evaluate);

/// Resolutions that children may be finer by.
const MAX_STEPS: u8 = 5;

/// Without a resolution those of the next finer one.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let tokens = call.strings(0);
    let wanted = (call.len() > 1).then(|| call.longs(1));
    call.make_texts(|row, out| {
        let Some(cell) = h3cell(tokens.get(row)) else { return false };
        let finer = match &wanted {
            Some(wanted) => wanted.get(row).and_then(|level| u64::try_from(level).ok()).and_then(resolution),
            None => cell.resolution().succ(),
        };
        let steps = |finer: Resolution| u8::from(finer).checked_sub(u8::from(cell.resolution()));
        let Some(finer) = finer.filter(|finer| steps(*finer).is_some_and(|steps| (1..=MAX_STEPS).contains(&steps)))
        else {
            return false;
        };
        push_h3cells(&cell.children(finer).collect::<Vec<_>>(), out);
        true
    })
}
