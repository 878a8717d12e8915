//! `geo_distance_point_to_polygon(longitude, latitude, polygon)`

use crate::engine::functions::prelude::*;

use super::read::{points, regions};
use super::sphere::{angle, metres};

pub(super) const FUNCTION: Function = Function::new("geo_distance_point_to_polygon", evaluate);

/// In metres; nothing from a point that is inside.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (point, region) = (points(call, 0), regions(call, 2));
    call.make_reals(|row| {
        let point = point.get(row)?.point();
        let closest = region.get(row).as_ref().as_ref()?.closest(point);
        Some(metres(angle(point, closest)))
    })
}
