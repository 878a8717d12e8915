//! `geo_point_in_polygon(longitude, latitude, polygon)`

use crate::engine::functions::prelude::*;

use super::read::{points, regions};

pub(super) const FUNCTION: Function = Function::new("geo_point_in_polygon", evaluate);

/// The vertices of a polygon belong to it.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (point, region) = (points(call, 0), regions(call, 2));
    call.make_bools(|row| {
        let point = point.get(row)?.point();
        Some(region.get(row).as_ref().as_ref()?.contains(point))
    })
}
