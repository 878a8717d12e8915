//! `geo_intersection_2lines(line1, line2)`

use crate::engine::functions::prelude::*;

use super::overlay;
use super::read::lines;

pub(super) const FUNCTION: Function = Function::new("geo_intersection_2lines", evaluate);

/// Lines, and the points that they only touch at.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (first, second) = (lines(call, 0), lines(call, 1));
    call.make_texts(|row, out| {
        let (first, second) = (first.get(row), second.get(row));
        let (Some(first), Some(second)) = (first.as_ref(), second.as_ref()) else { return false };
        overlay::lines_in_common(first, second).shape().write(out);
        true
    })
}
