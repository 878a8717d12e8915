//! `geo_point_to_geohash(longitude, latitude[, accuracy])`

use crate::engine::functions::prelude::*;

use super::geohash;
use super::read::{level, points};

pub(super) const FUNCTION: Function = Function::new("geo_point_to_geohash", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (point, accuracy) = (points(call, 0), level(call, 2, 1..=18, 5));
    call.make_strings(|row, out| {
        if let (Some(point), Some(accuracy)) = (point.get(row), accuracy(row)) {
            geohash::write(point, accuracy, out);
        }
    })
}
