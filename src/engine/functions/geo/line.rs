//! Measures of lines on the sphere.

use super::geojson::Line;
use super::sphere::{Point, Vector, angle, at_distance, closest, unit};

/// In radians.
pub(super) fn length(line: &[Point]) -> f64 {
    line.windows(2).map(|edge| angle(edge[0], edge[1])).sum()
}

/// The point on any of the lines that is closest.
pub(super) fn closest_on(lines: &[Line], point: Point) -> Point {
    closest_of(lines.iter().flat_map(|line| line.windows(2).map(|edge| (edge[0], edge[1]))), point)
}

pub(super) fn closest_of(edges: impl Iterator<Item = (Point, Point)>, point: Point) -> Point {
    let mut best = (f64::INFINITY, point);
    for (a, b) in edges {
        let candidate = closest(point, a, b);
        let away = (candidate.0 - point.0).norm2();
        if away < best.0 {
            best = (away, candidate);
        }
    }
    best.1
}

/// Each edge counts by its length. `None` when lines hold each other in balance around the globe.
pub(super) fn centroid(lines: &[Line]) -> Option<Point> {
    let edges = lines.iter().flat_map(|line| line.windows(2));
    let sum = edges.fold(Vector::default(), |sum, edge| sum + edge_centroid(edge[0], edge[1]));
    (sum.norm2() > 0.0).then(|| unit(sum))
}

fn edge_centroid(a: Point, b: Point) -> Vector {
    let (apart, together) = (a.0 - b.0, a.0 + b.0);
    if together.norm2() == 0.0 { Vector::default() } else { together * (apart.norm2() / together.norm2()).sqrt() }
}

pub(super) fn interpolate(line: &[Point], fraction: f64) -> Point {
    let mut left = fraction * length(line);
    for edge in line.windows(2) {
        let edge_length = angle(edge[0], edge[1]);
        if left < edge_length {
            return if left <= 0.0 { edge[0] } else { at_distance(edge[0], edge[1], left) };
        }
        left -= edge_length;
    }
    line[line.len() - 1]
}

/// The part of the line's length up to the point that is closest.
pub(super) fn locate(line: &[Point], point: Point) -> f64 {
    let mut best = (f64::INFINITY, 0.0);
    let mut before = 0.0;
    for edge in line.windows(2) {
        let candidate = closest(point, edge[0], edge[1]);
        let away = (candidate.0 - point.0).norm2();
        if away < best.0 {
            best = (away, before + angle(edge[0], candidate));
        }
        before += angle(edge[0], edge[1]);
    }
    (best.1 / before).min(1.0)
}
