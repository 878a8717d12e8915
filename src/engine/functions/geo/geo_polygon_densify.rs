//! `geo_polygon_densify(polygon[, tolerance])`

use crate::engine::functions::prelude::*;

use super::densify::densified;
use super::geojson::{Shape, polygon_positions, polygons};
use super::polygon::Polygon;
use super::read::tolerance;
use super::sphere::Degrees;

pub(super) const FUNCTION: Function = Function::new("geo_polygon_densify", evaluate).when(|types| types.len() < 3);

/// What Kusto makes of edges that cross the antimeridian when it is to keep them is not established.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, tolerance) = (call.raw(0), tolerance(call, 1));
    call.try_texts(|row, out| {
        let text = texts.get(row);
        let (Some(tolerance), Some(written), Some(valid)) = (tolerance(row), polygon_positions(text), polygons(text))
        else {
            return Ok(false);
        };
        if written.iter().flatten().flatten().any(|place| place.longitude.abs() > 180.0) {
            return Err(call.error("a polygon across the antimeridian"));
        }
        let dense: Option<Vec<_>> =
            written.iter().zip(&valid).map(|(rings, polygon)| dense_rings(rings, polygon, tolerance)).collect();
        let Some(mut dense) = dense else { return Ok(false) };
        let shape = if dense.len() == 1 { Shape::Polygon(dense.swap_remove(0)) } else { Shape::Polygons(dense) };
        shape.write(out);
        Ok(true)
    })
}

/// Rings in the direction that the valid polygon has them in.
fn dense_rings(written: &[Vec<Degrees>], valid: &Polygon, tolerance: f64) -> Option<Vec<Vec<Degrees>>> {
    let rings = written.iter().zip(valid.rings());
    rings
        .map(|(written, valid)| {
            let mut ring = written.clone();
            if ring.first()?.point() != *valid.points().first()? {
                ring.reverse();
            }
            ring.push(*ring.first()?);
            let mut dense = densified(&ring, tolerance)?;
            dense.pop();
            Some(dense.into_iter().map(|place| Degrees::from(place.point())).collect())
        })
        .collect()
}
