//! `geo_geohash_neighbors(geohash)`

use crate::engine::functions::prelude::*;

use crate::engine::functions::json;

use super::geohash::Cell;

pub(super) const FUNCTION: Function = Function::new("geo_geohash_neighbors", evaluate);

/// The cells around, corners included; fewer beside a pole.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let hashes = call.strings(0);
    call.make_texts(|row, out| {
        let Some(cell) = Cell::of(hashes.get(row)) else { return false };
        let neighbors = cell.neighbors();
        json::push_strings(neighbors.iter().map(String::as_str), out);
        true
    })
}
