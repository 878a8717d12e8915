//! `geo_polygon_buffer(polygon, radius[, tolerance])`

use crate::engine::functions::prelude::*;

use super::buffer::{self, NOT_ESTABLISHED};
use super::geojson::Shape;
use super::read::{buffer_size, regions};

pub(super) const FUNCTION: Function = Function::new("geo_polygon_buffer", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (regions, size) = (regions(call, 0), buffer_size(call, 1));
    call.try_texts(|row, out| {
        let region = regions.get(row);
        let (Some(region), Some(size)) = (region.as_ref(), size(row)) else { return Ok(false) };
        let [polygon] = region.polygons() else { return Err(call.error(NOT_ESTABLISHED)) };
        let [ring] = polygon.rings() else { return Err(call.error(NOT_ESTABLISHED)) };
        let around = buffer::ring(ring.points(), size).ok_or_else(|| call.error(NOT_ESTABLISHED))?;
        Shape::polygons(&[around]).write(out);
        Ok(true)
    })
}
