//! `geo_intersects_line_with_polygon(line, polygon)`

use crate::engine::functions::prelude::*;

use super::overlay;
use super::read::{lines, regions};

pub(super) const FUNCTION: Function = Function::new("geo_intersects_line_with_polygon", evaluate);

/// True when they have a point in common.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (first, second) = (lines(call, 0), regions(call, 1));
    call.make_bools(|row| {
        let (first, second) = (first.get(row), second.get(row));
        let (first, second) = (first.as_ref().as_ref()?, second.as_ref().as_ref()?);
        Some(overlay::line_meets_region(first, second))
    })
}
