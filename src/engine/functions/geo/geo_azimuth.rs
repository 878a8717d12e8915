//! `geo_azimuth(longitude1, latitude1, longitude2, latitude2)`

use crate::engine::functions::prelude::*;

use super::read::points;
use super::sphere::azimuth;

pub(super) const FUNCTION: Function = Function::new("geo_azimuth", evaluate);

/// Radians, clockwise from the north.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (from, to) = (points(call, 0), points(call, 2));
    call.make_reals(|row| azimuth(from.get(row)?, to.get(row)?))
}
