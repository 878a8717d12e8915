//! Chains of short edges as one long edge.
//!
//! Kusto picks the vertices that stay by the order of their cells. What comes out is known for sure where every vertex
//! is further from the others than the tolerance, and then either all or nothing between two ends goes; anything else
//! is refused.

use crate::engine::functions::prelude::*;

use super::geojson::Shape;
use super::polygon::Polygon;
use super::sphere::{Point, angle, closest, radians};

/// The largest tolerance, in metres, up to which Kusto answers.
const MAX_TOLERANCE: f64 = 7_800_000.0;

pub(super) const NOT_ESTABLISHED: &str = "which vertices Kusto keeps of such a shape is not established";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The shape as it is.
    Unchanged,
    /// The first and the last point.
    Ends,
    /// Nothing is left.
    Gone,
    Unknown,
}

/// Writes what is left of the one polygon that there may be; false for nothing.
pub(super) fn write_polygon(
    call: &Call<'_>,
    polygons: Option<Vec<Polygon>>,
    tolerance: Option<f64>,
    out: &mut String,
) -> Result<bool> {
    let (Some(polygons), Some(tolerance)) = (polygons, tolerance) else { return Ok(false) };
    let [polygon] = polygons.as_slice() else { return Err(call.error(NOT_ESTABLISHED)) };
    let [whole] = polygon.rings() else { return Err(call.error(NOT_ESTABLISHED)) };
    match ring(whole.points(), tolerance) {
        Outcome::Unchanged => Shape::polygons(&polygons).write(out),
        Outcome::Gone => return Ok(false),
        Outcome::Ends | Outcome::Unknown => return Err(call.error(NOT_ESTABLISHED)),
    }
    Ok(true)
}

pub(super) fn is_tolerance(tolerance: f64) -> bool {
    (0.0..=MAX_TOLERANCE).contains(&tolerance)
}

/// Past this many points pairs are not compared any more.
const MAX_POINTS: usize = 10_000;

pub(super) fn line(points: &[Point], tolerance: f64) -> Outcome {
    let near = Nearness::of(tolerance);
    if tolerance == 0.0 {
        return Outcome::Unchanged;
    }
    if near.all_within(points) {
        return Outcome::Gone;
    }
    if !near.all_apart(points) {
        return Outcome::Unknown;
    }
    let (first, last) = (points[0], points[points.len() - 1]);
    if points.len() > 2 && points.iter().all(|point| near.is_surely_on(*point, first, last)) {
        return Outcome::Ends;
    }
    if points.windows(3).all(|three| near.is_surely_off(three[1], three[0], three[2])) {
        return Outcome::Unchanged;
    }
    Outcome::Unknown
}

/// The ring's first point is not repeated at its end.
pub(super) fn ring(points: &[Point], tolerance: f64) -> Outcome {
    let near = Nearness::of(tolerance);
    if tolerance == 0.0 {
        return Outcome::Unchanged;
    }
    if near.all_within(points) {
        return Outcome::Gone;
    }
    let count = points.len();
    let corner = |index: usize| {
        near.is_surely_off(points[index], points[(index + count - 1) % count], points[(index + 1) % count])
    };
    if near.all_apart(points) && (0..count).all(corner) { Outcome::Unchanged } else { Outcome::Unknown }
}

/// A tolerance in radians, with a margin on both sides where nothing is said.
struct Nearness {
    low: f64,
    high: f64,
}

impl Nearness {
    fn of(tolerance: f64) -> Self {
        let tolerance = radians(tolerance);
        Self { low: tolerance * 0.9, high: tolerance * 1.2 }
    }

    fn all_apart(&self, points: &[Point]) -> bool {
        points.len() <= MAX_POINTS
            && points
                .iter()
                .enumerate()
                .all(|(index, point)| points[index + 1..].iter().all(|other| angle(*point, *other) > self.low / 0.9))
    }

    fn all_within(&self, points: &[Point]) -> bool {
        points.len() <= MAX_POINTS
            && points
                .iter()
                .enumerate()
                .all(|(index, point)| points[index + 1..].iter().all(|other| angle(*point, *other) < self.low))
    }

    fn is_surely_on(&self, point: Point, a: Point, b: Point) -> bool {
        angle(point, closest(point, a, b)) < self.low
    }

    fn is_surely_off(&self, point: Point, a: Point, b: Point) -> bool {
        angle(point, closest(point, a, b)) > self.high
    }
}
