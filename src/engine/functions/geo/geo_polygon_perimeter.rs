//! `geo_polygon_perimeter(polygon)`

use crate::engine::functions::prelude::*;

use super::read::regions;
use super::sphere::metres;

pub(super) const FUNCTION: Function = Function::new("geo_polygon_perimeter", evaluate);

/// In metres, holes included.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let regions = regions(call, 0);
    call.make_reals(|row| {
        let region = regions.get(row);
        let region = region.as_ref().as_ref()?;
        Some(metres(region.perimeter()))
    })
}
