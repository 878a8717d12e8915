//! `geo_point_to_h3cell(longitude, latitude[, resolution])`

use crate::engine::functions::prelude::*;

use std::fmt::Write;

use h3o::LatLng;

use super::read::{level, points, resolution};

pub(super) const FUNCTION: Function = Function::new("geo_point_to_h3cell", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (point, level) = (points(call, 0), level(call, 2, 0..=15, 6));
    call.make_strings(|row, out| {
        let (Some(point), Some(resolution)) = (point.get(row), level(row).and_then(resolution)) else { return };
        if let Ok(place) = LatLng::new(point.latitude, point.longitude) {
            let _ = write!(out, "{}", place.to_cell(resolution));
        }
    })
}
