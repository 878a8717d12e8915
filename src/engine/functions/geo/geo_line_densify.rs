//! `geo_line_densify(line[, tolerance])`

use crate::engine::functions::prelude::*;

use super::densify::{cut_at_antimeridian, densified};
use super::geojson::{Shape, line_positions, lines};
use super::read::tolerance;

pub(super) const FUNCTION: Function = Function::new("geo_line_densify", evaluate).when(|types| types.len() < 3);

/// What Kusto makes of edges that cross the antimeridian when it is to keep them is not established.
fn evaluate(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, tolerance) = (call.raw(0), tolerance(call, 1));
    call.make_texts(|row, out| {
        let shape = tolerance(row).and_then(|tolerance| {
            lines(texts.get(row))?;
            let dense = line_positions(texts.get(row))?;
            let dense = dense.iter().map(|line| densified(line, tolerance)).collect::<Option<Vec<_>>>()?;
            let mut chains: Vec<_> = dense.iter().flat_map(|line| cut_at_antimeridian(line)).collect();
            Some(if chains.len() == 1 { Shape::Line(chains.swap_remove(0)) } else { Shape::Lines(chains) })
        });
        shape.inspect(|shape| shape.write(out)).is_some()
    })
}
