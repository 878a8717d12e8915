//! `geo_polygon_simplify(polygon[, tolerance])`

use crate::engine::functions::prelude::*;

use super::geojson;
use super::read::simplification;
use super::simplify;

pub(super) const FUNCTION: Function = Function::new("geo_polygon_simplify", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, tolerance) = (call.raw(0), simplification(call, 1));
    call.try_texts(|row, out| {
        let polygons = geojson::polygons(texts.get(row));
        simplify::write_polygon(call, polygons, tolerance(row), out)
    })
}
