//! `geo_s2cell_to_central_point(s2cell)`

use crate::engine::functions::prelude::*;

use s2::cell::Cell;

use super::geojson::Shape;
use super::read::s2cell;

pub(super) const FUNCTION: Function = Function::new("geo_s2cell_to_central_point", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let tokens = call.strings(0);
    call.make_texts(|row, out| {
        let centre = s2cell(tokens.get(row)).map(|id| Cell::from(id).center());
        centre.inspect(|centre| Shape::Point((*centre).into()).write(out)).is_some()
    })
}
