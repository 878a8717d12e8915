//! `geo_union_lines_array(lines)`

use crate::engine::functions::prelude::*;

use crate::engine::functions::json;

use super::geojson::{self, Shape};
use super::overlay;

pub(super) const FUNCTION: Function = Function::new("geo_union_lines_array", evaluate);

/// Null when one of the lines is not valid.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let arrays = call.jsons(0);
    call.make_texts(|row, out| {
        let lines: Option<Vec<_>> = json::elements(arrays.get(row)).map(geojson::lines).collect();
        let Some(lines) = lines.filter(|lines| !lines.is_empty()) else { return false };
        Shape::lines(&overlay::union_of_lines(&lines.concat())).write(out);
        true
    })
}
