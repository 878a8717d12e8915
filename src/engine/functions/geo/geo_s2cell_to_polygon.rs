//! `geo_s2cell_to_polygon(s2cell)`

use crate::engine::functions::prelude::*;

use s2::cell::Cell;

use super::geojson::Shape;
use super::read::s2cell;

pub(super) const FUNCTION: Function = Function::new("geo_s2cell_to_polygon", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let tokens = call.strings(0);
    call.make_texts(|row, out| {
        let cell = s2cell(tokens.get(row)).map(Cell::from);
        let corners = cell.map(|cell| cell.vertices().map(Into::into).to_vec());
        corners.map(|corners| Shape::Polygon(vec![corners]).write(out)).is_some()
    })
}
