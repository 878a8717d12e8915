//! `geo_line_length(line)`

use crate::engine::functions::prelude::*;

use super::line::length;
use super::read::lines;
use super::sphere::metres;

pub(super) const FUNCTION: Function = Function::new("geo_line_length", evaluate);

/// In metres; several lines together.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let lines = lines(call, 0);
    call.make_reals(|row| {
        let lines = lines.get(row);
        Some(metres(lines.as_ref().as_ref()?.iter().map(|line| length(line)).sum()))
    })
}
