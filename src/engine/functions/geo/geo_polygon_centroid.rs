//! `geo_polygon_centroid(polygon)`

use crate::engine::functions::prelude::*;

use super::geojson::Shape;
use super::read::regions;
use super::region::Region;

pub(super) const FUNCTION: Function = Function::new("geo_polygon_centroid", evaluate);

fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let regions = regions(call, 0);
    call.make_texts(|row, out| {
        let region = regions.get(row);
        let centre = region.as_ref().as_ref().and_then(Region::centroid);
        centre.inspect(|centre| Shape::Point((*centre).into()).write(out)).is_some()
    })
}
