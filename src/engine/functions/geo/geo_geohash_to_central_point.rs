//! `geo_geohash_to_central_point(geohash)`

use crate::engine::functions::prelude::*;

use super::geohash::Cell;
use super::geojson::Shape;

pub(super) const FUNCTION: Function = Function::new("geo_geohash_to_central_point", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let hashes = call.strings(0);
    call.make_texts(|row, out| {
        let cell = Cell::of(hashes.get(row));
        cell.inspect(|cell| Shape::Point(cell.centre()).write(out)).is_some()
    })
}
