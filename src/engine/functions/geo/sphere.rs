//! The sphere that Kusto's geography is on: points, angles and distances in metres.

use std::f64::consts::{PI, TAU};

pub(super) use s2::point::Point;
pub(super) use s2::predicates::Direction;
use s2::predicates::robust_sign;
pub(super) use s2::r3::vector::Vector;

/// The mean radius of the Earth that every measure of Kusto's is made with, in metres.
pub(super) const EARTH_RADIUS: f64 = 6_371_010.0;

/// Longitude and latitude in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Degrees {
    pub(super) longitude: f64,
    pub(super) latitude: f64,
}

impl Degrees {
    /// Coordinates that a function takes as arguments: outside of the globe they are none.
    pub(super) fn of(longitude: Option<f64>, latitude: Option<f64>) -> Option<Self> {
        let (longitude, latitude) = (longitude?, latitude?);
        ((-180.0..=180.0).contains(&longitude) && (-90.0..=90.0).contains(&latitude))
            .then_some(Self { longitude, latitude })
    }

    pub(super) fn point(self) -> Point {
        let (theta, phi) = (self.longitude.to_radians(), self.latitude.to_radians());
        Point(Vector { x: theta.cos() * phi.cos(), y: theta.sin() * phi.cos(), z: phi.sin() })
    }
}

impl From<Point> for Degrees {
    fn from(point: Point) -> Self {
        let Vector { x, y, z } = point.0;
        Self { longitude: y.atan2(x).to_degrees(), latitude: z.atan2(x.hypot(y)).to_degrees() }
    }
}

/// The angle between two points in radians.
pub(super) fn angle(a: Point, b: Point) -> f64 {
    a.0.cross(&b.0).norm().atan2(a.0.dot(&b.0))
}

pub(super) fn metres(radians: f64) -> f64 {
    radians * EARTH_RADIUS
}

pub(super) fn radians(metres: f64) -> f64 {
    metres / EARTH_RADIUS
}

pub(super) fn unit(vector: Vector) -> Point {
    Point(vector.normalize())
}

/// Which way the three points turn; never undecided for three that differ.
pub(super) fn turn(a: Point, b: Point, c: Point) -> f64 {
    match robust_sign(&a, &b, &c) {
        Direction::CounterClockwise => 1.0,
        Direction::Clockwise => -1.0,
        Direction::Indeterminate => 0.0,
    }
}

/// A vector at right angles to both points, steady for points that lie close together.
pub(super) fn normal(a: Point, b: Point) -> Vector {
    s2::edge_crossings::robust_cross_prod(&a, &b).0
}

/// The point at a fraction of the way from `a` to `b`.
pub(super) fn between(a: Point, b: Point, fraction: f64) -> Point {
    if fraction <= 0.0 {
        return a;
    }
    if fraction >= 1.0 { b } else { at_distance(a, b, angle(a, b) * fraction) }
}

/// The point that is so many radians from `a` on the way to `b`.
pub(super) fn at_distance(a: Point, b: Point, radians: f64) -> Point {
    let tangent = unit(normal(a, b).cross(&a.0));
    unit(a.0 * radians.cos() + tangent.0 * radians.sin())
}

/// The point of the edge that is closest.
pub(super) fn closest(point: Point, a: Point, b: Point) -> Point {
    if a == b || point == a || point == b {
        return if point == b { b } else { a };
    }
    let across = normal(a, b).normalize();
    let on_circle = unit(point.0 - across * point.0.dot(&across));
    let inside = across.cross(&a.0).dot(&on_circle.0) >= 0.0 && on_circle.0.dot(&b.0.cross(&across)) >= 0.0;
    if inside {
        return on_circle;
    }
    if (point.0 - a.0).norm2() <= (point.0 - b.0).norm2() { a } else { b }
}

/// The direction from `from` to `to`, clockwise from the north, in `[0, 2π)`; none from a point to itself.
pub(super) fn azimuth(from: Degrees, to: Degrees) -> Option<f64> {
    if from.point() == to.point() {
        return None;
    }
    let (latitude1, latitude2) = (from.latitude.to_radians(), to.latitude.to_radians());
    let across = (to.longitude - from.longitude).to_radians();
    let y = across.sin() * latitude2.cos();
    let x = latitude1.cos() * latitude2.sin() - latitude1.sin() * latitude2.cos() * across.cos();
    Some(y.atan2(x).rem_euclid(TAU))
}

/// The area of the triangle on the unit sphere, negative when it is clockwise.
pub(super) fn signed_area(a: Point, b: Point, c: Point) -> f64 {
    s2::point::point_area(&a, &b, &c) * turn(a, b, c)
}

/// The angle by which a path turns at `b`, in `(-π, π]`; positive to the left.
pub(super) fn turn_angle(a: Point, b: Point, c: Point) -> f64 {
    let (before, after) = (normal(a, b), normal(b, c));
    let angle = before.cross(&after).norm().atan2(before.dot(&after));
    if turn(a, b, c) > 0.0 { angle } else { -angle }
}

/// Whether a triangle fan may have an edge between the two: it must not be nearly half around the globe.
pub(super) fn is_far(a: Point, b: Point) -> bool {
    angle(a, b) > PI - 1e-5
}
