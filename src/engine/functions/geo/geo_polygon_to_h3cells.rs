//! `geo_polygon_to_h3cells(polygon[, resolution[, radius]])`

use crate::engine::functions::prelude::*;

use super::read::{level, reach, regions};

pub(super) const FUNCTION: Function = Function::new("geo_polygon_to_h3cells", evaluate);

/// Null for what is not valid. The order that Kusto has the cells in is not established, so there is no answer else.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (regions, level, reach) = (regions(call, 0), level(call, 1, 0..=15, 6), reach(call, 2));
    call.try_texts(|row, _| match (regions.get(row).as_ref(), level(row), reach(row)) {
        (Some(_), Some(_), Some(_)) => Err(call.error("the order in which Kusto gives the cells is not established")),
        _ => Ok(false),
    })
}
