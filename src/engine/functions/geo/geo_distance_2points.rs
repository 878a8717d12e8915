//! `geo_distance_2points(longitude1, latitude1, longitude2, latitude2[, use_spheroid])`

use crate::engine::functions::prelude::*;

use geo::{Distance, Geodesic};

use super::read::points;
use super::sphere::{Degrees, angle, metres};

pub(super) const FUNCTION: Function = Function::new("geo_distance_2points", evaluate);

/// In metres on the sphere, or on the ellipsoid of WGS-84.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (from, to) = (points(call, 0), points(call, 2));
    let spheroid = (call.len() > 4).then(|| call.bools(4));
    call.make_reals(|row| {
        let (from, to) = (from.get(row)?, to.get(row)?);
        let on_spheroid = match &spheroid {
            Some(spheroid) => spheroid.get(row)?,
            None => false,
        };
        Some(if on_spheroid { geodesic(from, to) } else { metres(angle(from.point(), to.point())) })
    })
}

fn geodesic(from: Degrees, to: Degrees) -> f64 {
    let place = |degrees: Degrees| geo::Point::new(degrees.longitude, degrees.latitude);
    Geodesic.distance(place(from), place(to))
}
