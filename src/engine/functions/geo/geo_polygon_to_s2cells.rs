//! `geo_polygon_to_s2cells(polygon[, level[, radius]])`

use crate::engine::functions::prelude::*;

use crate::engine::functions::json;

use super::covering::{self, Shape};
use super::read::{level, reach, regions};

pub(super) const FUNCTION: Function = Function::new("geo_polygon_to_s2cells", evaluate);

/// Null when there are more than 65,536.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (regions, level, reach) = (regions(call, 0), level(call, 1, 0..=30, 11), reach(call, 2));
    call.make_texts(|row, out| {
        let region = regions.get(row);
        let (Some(region), Some(level), Some(reach)) = (region.as_ref(), level(row), reach(row)) else { return false };
        let shape = Shape { edges: region.edges().collect(), region: Some(region), reach };
        let Some(cells) = covering::cells(&shape, level) else { return false };
        let tokens: Vec<String> = cells.iter().map(s2::cellid::CellID::to_token).collect();
        json::push_strings(tokens.iter().map(String::as_str), out);
        true
    })
}
