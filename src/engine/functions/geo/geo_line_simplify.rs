//! `geo_line_simplify(line[, tolerance])`

use crate::engine::functions::prelude::*;

use super::geojson::Shape;
use super::read::{lines, simplification};
use super::simplify::{self, NOT_ESTABLISHED, Outcome};

pub(super) const FUNCTION: Function = Function::new("geo_line_simplify", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (lines, tolerance) = (lines(call, 0), simplification(call, 1));
    call.try_texts(|row, out| {
        let lines = lines.get(row);
        let (Some(lines), Some(tolerance)) = (lines.as_ref(), tolerance(row)) else { return Ok(false) };
        let [line] = lines.as_slice() else { return Err(call.error(NOT_ESTABLISHED)) };
        match simplify::line(line, tolerance) {
            Outcome::Unchanged => Shape::line(line).write(out),
            Outcome::Ends => Shape::line(&[line[0], line[line.len() - 1]]).write(out),
            Outcome::Gone => return Ok(false),
            Outcome::Unknown => return Err(call.error(NOT_ESTABLISHED)),
        }
        Ok(true)
    })
}
