//! `geo_line_locate_point(line, longitude, latitude)`

use crate::engine::functions::prelude::*;

use super::line::locate;
use super::read::{lines, points};

pub(super) const FUNCTION: Function = Function::new("geo_line_locate_point", evaluate);

/// How far along the line its closest point is, from zero to one.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (lines, point) = (lines(call, 0), points(call, 1));
    call.make_reals(|row| {
        let lines = lines.get(row);
        let [line] = lines.as_ref().as_deref()? else { return None };
        Some(locate(line, point.get(row)?.point()))
    })
}
