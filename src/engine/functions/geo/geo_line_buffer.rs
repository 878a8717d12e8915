//! `geo_line_buffer(line, radius[, tolerance])`

use crate::engine::functions::prelude::*;

use super::buffer::{self, NOT_ESTABLISHED};
use super::geojson::Shape;
use super::read::{buffer_size, lines};

pub(super) const FUNCTION: Function = Function::new("geo_line_buffer", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (lines, size) = (lines(call, 0), buffer_size(call, 1));
    call.try_texts(|row, out| {
        let lines = lines.get(row);
        let (Some(lines), Some(size)) = (lines.as_ref(), size(row)) else { return Ok(false) };
        let [line] = lines.as_slice() else { return Err(call.error(NOT_ESTABLISHED)) };
        let around = buffer::line(line, size).ok_or_else(|| call.error(NOT_ESTABLISHED))?;
        Shape::polygons(&[around]).write(out);
        Ok(true)
    })
}
