//! `geo_point_in_circle(longitude, latitude, centre_longitude, centre_latitude, radius)`

use crate::engine::functions::prelude::*;

use super::read::points;
use super::sphere::{angle, metres};

pub(super) const FUNCTION: Function = Function::new("geo_point_in_circle", evaluate);

/// The edge of the circle belongs to it.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (point, centre, radius) = (points(call, 0), points(call, 2), call.reals(4));
    call.make_bools(|row| {
        let (point, centre) = (point.get(row)?.point(), centre.get(row)?.point());
        let radius = radius.get(row).filter(|radius| radius.is_finite() && *radius > 0.0)?;
        Some(metres(angle(point, centre)) <= radius)
    })
}
