//! `geo_union_polygons_array(polygons)`

use crate::engine::functions::prelude::*;

use crate::engine::functions::json;

use super::geojson::{self, Shape};
use super::overlay::{self, TOO_CLOSE};

pub(super) const FUNCTION: Function = Function::new("geo_union_polygons_array", evaluate);

/// Null when one of the polygons is not valid.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let arrays = call.jsons(0);
    call.try_texts(|row, out| {
        let polygons: Option<Vec<_>> = json::elements(arrays.get(row)).map(geojson::polygons).collect();
        let Some(polygons) = polygons.filter(|polygons| !polygons.is_empty()) else { return Ok(false) };
        let union = overlay::union(polygons.into_iter().flatten().collect());
        Shape::polygons(&union.ok_or_else(|| call.error(TOO_CLOSE))?).write(out);
        Ok(true)
    })
}
