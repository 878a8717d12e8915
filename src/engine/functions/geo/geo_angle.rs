//! `geo_angle(longitude1, latitude1, longitude2, latitude2, longitude3, latitude3)`

use crate::engine::functions::prelude::*;

use std::f64::consts::TAU;

use super::read::points;
use super::sphere::azimuth;

pub(super) const FUNCTION: Function = Function::new("geo_angle", evaluate);

/// Radians, clockwise around the second point from the first to the third.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (first, second, third) = (points(call, 0), points(call, 2), points(call, 4));
    call.make_reals(|row| {
        let corner = second.get(row)?;
        let (start, end) = (azimuth(corner, first.get(row)?)?, azimuth(corner, third.get(row)?)?);
        Some((end - start).rem_euclid(TAU))
    })
}
