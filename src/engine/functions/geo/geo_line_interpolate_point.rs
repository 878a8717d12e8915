//! `geo_line_interpolate_point(line, fraction)`

use crate::engine::functions::prelude::*;

use super::geojson::Shape;
use super::line::interpolate;
use super::read::lines;

pub(super) const FUNCTION: Function = Function::new("geo_line_interpolate_point", evaluate);

/// The point at a part, from zero to one, of the line's length.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (lines, fractions) = (lines(call, 0), call.reals(1));
    call.make_texts(|row, out| {
        let lines = lines.get(row);
        let Some([line]) = lines.as_ref().as_deref() else { return false };
        let fraction = fractions.get(row).filter(|fraction| (0.0..=1.0).contains(fraction));
        let point = fraction.map(|fraction| interpolate(line, fraction));
        point.inspect(|point| Shape::Point((*point).into()).write(out)).is_some()
    })
}
