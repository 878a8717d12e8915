//! `geo_point_to_s2cell(longitude, latitude[, level])`

use crate::engine::functions::prelude::*;

use s2::cellid::CellID;

use super::read::{level, points};

pub(super) const FUNCTION: Function = Function::new("geo_point_to_s2cell", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (point, level) = (points(call, 0), level(call, 2, 0..=30, 11));
    call.make_strings(|row, out| {
        if let (Some(point), Some(level)) = (point.get(row), level(row)) {
            out.push_str(&CellID::from(point.point()).parent(level).to_token());
        }
    })
}
