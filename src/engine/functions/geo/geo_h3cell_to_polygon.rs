//! `geo_h3cell_to_polygon(h3cell)`

use crate::engine::functions::prelude::*;

use super::geojson::Shape;
use super::read::h3cell;
use super::sphere::Degrees;

pub(super) const FUNCTION: Function = Function::new("geo_h3cell_to_polygon", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let tokens = call.strings(0);
    call.make_texts(|row, out| {
        let Some(cell) = h3cell(tokens.get(row)) else { return false };
        let boundary = cell.boundary();
        let corners = boundary.iter().map(|corner| Degrees { longitude: corner.lng(), latitude: corner.lat() });
        Shape::Polygon(vec![corners.collect()]).write(out);
        true
    })
}
