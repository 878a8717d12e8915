//! `geo_polygon_simplify(polygon[, tolerance])`

use crate::engine::functions::prelude::*;

use super::geojson::{self, Shape};
use super::read::simplification;
use super::simplify::{self, NOT_ESTABLISHED, Outcome};

pub(super) const FUNCTION: Function = Function::new("geo_polygon_simplify", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, tolerance) = (call.raw(0), simplification(call, 1));
    call.try_texts(|row, out| {
        let polygons = geojson::polygons(texts.get(row));
        let (Some(polygons), Some(tolerance)) = (polygons, tolerance(row)) else { return Ok(false) };
        let [polygon] = polygons.as_slice() else { return Err(call.error(NOT_ESTABLISHED)) };
        let [ring] = polygon.rings() else { return Err(call.error(NOT_ESTABLISHED)) };
        match simplify::ring(ring.points(), tolerance) {
            Outcome::Unchanged => Shape::polygons(&polygons).write(out),
            Outcome::Gone => return Ok(false),
            Outcome::Ends | Outcome::Unknown => return Err(call.error(NOT_ESTABLISHED)),
        }
        Ok(true)
    })
}
