//! `geo_h3cell_to_central_point(h3cell)`

use crate::engine::functions::prelude::*;

use h3o::LatLng;

use super::geojson::Shape;
use super::read::h3cell;
use super::sphere::Degrees;

pub(super) const FUNCTION: Function = Function::new("geo_h3cell_to_central_point", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let tokens = call.strings(0);
    call.make_texts(|row, out| {
        let centre = h3cell(tokens.get(row)).map(LatLng::from);
        let centre = centre.map(|centre| Degrees { longitude: centre.lng(), latitude: centre.lat() });
        centre.inspect(|centre| Shape::Point(*centre).write(out)).is_some()
    })
}
