//! `geo_h3cell_rings(h3cell, distance)`

use crate::engine::functions::prelude::*;

use super::read::{h3cell, push_h3cells, rings};

pub(super) const FUNCTION: Function = Function::new("geo_h3cell_rings", evaluate);

/// Furthest ring that Kusto gives.
const MAX_DISTANCE: i64 = 142;

/// An array for each distance, from the cell itself outward.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (tokens, distances) = (call.strings(0), call.longs(1));
    call.make_texts(|row, out| {
        let distance = distances.get(row).filter(|distance| (0..=MAX_DISTANCE).contains(distance));
        let distance = distance.and_then(|distance| u32::try_from(distance).ok());
        let (Some(cell), Some(distance)) = (h3cell(tokens.get(row)), distance) else { return false };
        out.push('[');
        for (index, ring) in rings(cell, distance).iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            push_h3cells(ring, out);
        }
        out.push(']');
        true
    })
}
