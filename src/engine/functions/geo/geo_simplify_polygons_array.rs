//! `geo_simplify_polygons_array(polygons[, tolerance])`

use crate::engine::functions::prelude::*;

use crate::engine::functions::json;

use super::geojson;
use super::read::simplification;
use super::simplify;

pub(super) const FUNCTION: Function = Function::new("geo_simplify_polygons_array", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, tolerance) = (call.raw(0), simplification(call, 1));
    call.try_texts(|row, out| {
        let polygons: Option<Vec<_>> = json::elements(texts.get(row)).map(geojson::polygons).collect();
        let polygons = polygons.map(|polygons| polygons.concat());
        simplify::write_polygon(call, polygons, tolerance(row), out)
    })
}
