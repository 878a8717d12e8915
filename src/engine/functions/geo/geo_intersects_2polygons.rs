//! `geo_intersects_2polygons(polygon1, polygon2)`

use crate::engine::functions::prelude::*;

use super::overlay;
use super::read::regions;

pub(super) const FUNCTION: Function = Function::new("geo_intersects_2polygons", evaluate);

/// True when they have a point in common.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (first, second) = (regions(call, 0), regions(call, 1));
    call.make_bools(|row| {
        let (first, second) = (first.get(row), second.get(row));
        let (first, second) = (first.as_ref().as_ref()?, second.as_ref().as_ref()?);
        Some(overlay::regions_meet(first, second))
    })
}
