//! `geo_closest_point_on_polygon(longitude, latitude, polygon)`

use crate::engine::functions::prelude::*;

use super::geojson::Shape;
use super::read::{points, regions};

pub(super) const FUNCTION: Function = Function::new("geo_closest_point_on_polygon", evaluate);

/// The point itself when it is inside.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (point, region) = (points(call, 0), regions(call, 2));
    call.make_texts(|row, out| {
        let closest = point.get(row).and_then(|point| {
            let region = region.get(row);
            Some(region.as_ref().as_ref()?.closest(point.point()))
        });
        closest.inspect(|closest| Shape::Point((*closest).into()).write(out)).is_some()
    })
}
