//! `geo_line_centroid(line)`

use crate::engine::functions::prelude::*;

use super::geojson::Shape;
use super::line::centroid;
use super::read::lines;

pub(super) const FUNCTION: Function = Function::new("geo_line_centroid", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let lines = lines(call, 0);
    call.make_texts(|row, out| {
        let lines = lines.get(row);
        let centre = lines.as_ref().as_ref().and_then(|lines| centroid(lines));
        centre.inspect(|centre| Shape::Point((*centre).into()).write(out)).is_some()
    })
}
