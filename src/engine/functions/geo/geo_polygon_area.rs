//! `geo_polygon_area(polygon)`

use crate::engine::functions::prelude::*;

use super::read::regions;
use super::sphere::metres;

pub(super) const FUNCTION: Function = Function::new("geo_polygon_area", evaluate);

/// In square metres; where polygons overlap the area counts once.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let regions = regions(call, 0);
    call.make_reals(|row| {
        let region = regions.get(row);
        let region = region.as_ref().as_ref()?;
        Some(metres(metres(region.area())))
    })
}
