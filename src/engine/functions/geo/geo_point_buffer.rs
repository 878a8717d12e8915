//! `geo_point_buffer(longitude, latitude, radius[, tolerance])`

use crate::engine::functions::prelude::*;

use super::buffer;
use super::geojson::Shape;
use super::read::{buffer_size, points};

pub(super) const FUNCTION: Function = Function::new("geo_point_buffer", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (point, size) = (points(call, 0), buffer_size(call, 2));
    call.make_texts(|row, out| {
        let (Some(point), Some(size)) = (point.get(row), size(row)) else { return false };
        Shape::polygons(&[buffer::point(point.point(), size)]).write(out);
        true
    })
}
