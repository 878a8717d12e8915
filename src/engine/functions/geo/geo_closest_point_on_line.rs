//! `geo_closest_point_on_line(longitude, latitude, line)`

use crate::engine::functions::prelude::*;

use super::geojson::Shape;
use super::line::closest_on;
use super::read::{lines, points};

pub(super) const FUNCTION: Function = Function::new("geo_closest_point_on_line", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (point, lines) = (points(call, 0), lines(call, 2));
    call.make_texts(|row, out| {
        let closest = point.get(row).and_then(|point| {
            let lines = lines.get(row);
            Some(closest_on(lines.as_ref().as_ref()?, point.point()))
        });
        closest.inspect(|closest| Shape::Point((*closest).into()).write(out)).is_some()
    })
}
