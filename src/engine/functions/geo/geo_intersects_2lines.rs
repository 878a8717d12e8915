//! `geo_intersects_2lines(line1, line2)`

use crate::engine::functions::prelude::*;

use super::overlay;
use super::read::lines;

pub(super) const FUNCTION: Function = Function::new("geo_intersects_2lines", evaluate);

/// True when they have a point in common.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (first, second) = (lines(call, 0), lines(call, 1));
    call.make_bools(|row| {
        let (first, second) = (first.get(row), second.get(row));
        let (first, second) = (first.as_ref().as_ref()?, second.as_ref().as_ref()?);
        Some(overlay::lines_meet(first, second))
    })
}
