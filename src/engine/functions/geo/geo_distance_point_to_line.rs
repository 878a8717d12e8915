//! `geo_distance_point_to_line(longitude, latitude, line)`

use crate::engine::functions::prelude::*;

use super::line::closest_on;
use super::read::{lines, points};
use super::sphere::{angle, metres};

pub(super) const FUNCTION: Function = Function::new("geo_distance_point_to_line", evaluate);

/// In metres.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (point, lines) = (points(call, 0), lines(call, 2));
    call.make_reals(|row| {
        let point = point.get(row)?.point();
        let closest = closest_on(lines.get(row).as_ref().as_ref()?, point);
        Some(metres(angle(point, closest)))
    })
}
