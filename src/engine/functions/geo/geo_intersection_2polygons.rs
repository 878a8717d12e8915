//! `geo_intersection_2polygons(polygon1, polygon2)`

use crate::engine::functions::prelude::*;

use super::overlay::{self, TOO_CLOSE};
use super::read::regions;

pub(super) const FUNCTION: Function = Function::new("geo_intersection_2polygons", evaluate);

/// Polygons, and the lines and points that only their borders have in common.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (first, second) = (regions(call, 0), regions(call, 1));
    call.try_texts(|row, out| {
        let (first, second) = (first.get(row), second.get(row));
        let (Some(first), Some(second)) = (first.as_ref(), second.as_ref()) else { return Ok(false) };
        let common = overlay::regions_in_common(first, second).ok_or_else(|| call.error(TOO_CLOSE))?;
        common.shape().write(out);
        Ok(true)
    })
}
