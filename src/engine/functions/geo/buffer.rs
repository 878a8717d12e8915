//! What lies within a radius of a shape, as a polygon.
//!
//! Kusto walks around the shape at the distance of the radius and puts a vertex wherever the tolerance asks for one.
//! Where that way crosses itself, beside a corner that points inward, it is not known here what becomes of it: such
//! shapes are refused.

use std::f64::consts::{FRAC_PI_2, PI};

use super::polygon::{Polygon, Ring};
use super::sphere::{Point, Vector, angle, normal, radians, turn, unit};

pub(super) const NOT_ESTABLISHED: &str = "the buffer of a shape with a corner that points inward is not established";

/// A radius and how far the polygon may be off it, both in radians.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    radius: f64,
    /// The angle between two vertices of an arc.
    step: f64,
}

/// What is nearer to a shape than this, in parts of the radius, cannot be asked for.
const MIN_ERROR: f64 = 1e-6;

impl Size {
    /// From metres. `None` for a radius or a tolerance that is none, or a radius of half the globe.
    pub(super) fn of(radius: f64, tolerance: f64) -> Option<Self> {
        let sound = radius.is_finite() && radius > 0.0 && tolerance.is_finite() && tolerance > 0.0;
        let error = (tolerance / radius).clamp(MIN_ERROR, 1.0);
        let radius = radians(radius);
        (sound && radius < FRAC_PI_2).then(|| Self { radius, step: arc_step(radius, radius * error) })
    }
}

/// The widest angle at which a chord stays within the error. A circle has at least three vertices.
fn arc_step(radius: f64, error: f64) -> f64 {
    let smallest = radius - error;
    (2.0 * PI / 3.0 + 1e-15).min(2.0 * (smallest.tan() / radius.tan()).acos())
}

/// The point so far from `from` in a direction at right angles to it.
fn ray(from: Point, direction: Vector, length: f64) -> Point {
    unit(from.0 * length.cos() + direction * length.sin())
}

/// Steps from zero up to the end, which is left out.
fn steps(step: f64, end: f64) -> impl Iterator<Item = f64> {
    (0_u32..).map(move |index| f64::from(index) * step).take_while(move |angle| *angle < end)
}

pub(super) fn point(centre: Point, size: Size) -> Polygon {
    let start = centre.0.ortho();
    let mut points = Vec::new();
    for quadrant in 0..4_u32 {
        let turned = ray(Point(start), centre.0.cross(&start), f64::from(quadrant) * FRAC_PI_2).0;
        let across = centre.0.cross(&turned).normalize();
        points.extend(steps(size.step, FRAC_PI_2).map(|angle| {
            let direction = turned * angle.cos() + across * angle.sin();
            ray(centre, direction, size.radius)
        }));
    }
    Polygon::new(vec![Ring::new(points)])
}

/// `None` when the line has a corner.
pub(super) fn line(line: &[Point], size: Size) -> Option<Polygon> {
    let [a, b] = line else { return None };
    let mut way = Way { size, points: Vec::new() };
    // Around the beginning first: where the way begins is where the ring does.
    way.around_end(*b, *a);
    way.edge(*a, *b);
    way.around_end(*a, *b);
    way.edge(*b, *a);
    Some(way.closed())
}

/// `None` when the ring has a corner that points inward.
pub(super) fn ring(ring: &[Point], size: Size) -> Option<Polygon> {
    let count = ring.len();
    let at = |index: usize| ring[index % count];
    if (0..count).any(|index| turn(at(index), at(index + 1), at(index + 2)) < 0.0) {
        return None;
    }
    let mut way = Way { size, points: Vec::new() };
    for index in 0..count {
        let (a, b, c) = (at(index), at(index + 1), at(index + 2));
        way.edge(a, b);
        way.arc(b, outward(a, b), outward(b, c));
    }
    Some(way.closed())
}

/// The direction to the right of an edge, at right angles to both of its ends.
fn outward(a: Point, b: Point) -> Vector {
    normal(b, a).normalize()
}

struct Way {
    size: Size,
    points: Vec<Point>,
}

impl Way {
    fn add(&mut self, point: Point) {
        let is_new = self.points.last().is_none_or(|last| (last.0 - point.0).norm2() > 1e-30);
        if is_new {
            self.points.push(point);
        }
    }

    /// Beside an edge, which bends away from a shortest way at that distance.
    fn edge(&mut self, a: Point, b: Point) {
        let side = outward(a, b);
        self.add(ray(a, side, self.size.radius));
        let ahead = side.cross(&a.0) * -1.0;
        for along in steps(self.size.step, angle(a, b)).skip(1) {
            let on_edge = ray(a, ahead, along);
            self.add(ray(on_edge, side, self.size.radius));
        }
        self.add(ray(b, side, self.size.radius));
    }

    /// Around a corner, counterclockwise.
    fn arc(&mut self, corner: Point, start: Vector, end: Vector) {
        let across = corner.0.cross(&start).normalize();
        let span = angle(Point(start), Point(end));
        for turned in steps(self.size.step, span) {
            let direction = start * turned.cos() + across * turned.sin();
            self.add(ray(corner, direction, self.size.radius));
        }
    }

    /// From the right side of an edge around its end.
    fn around_end(&mut self, from: Point, to: Point) {
        let side = outward(from, to);
        self.half_circle(to, side, side.cross(&to.0) * -1.0);
    }

    fn half_circle(&mut self, corner: Point, start: Vector, ahead: Vector) {
        for turned in steps(self.size.step, PI) {
            let direction = start * turned.cos() + ahead * turned.sin();
            self.add(ray(corner, direction, self.size.radius));
        }
    }

    fn closed(mut self) -> Polygon {
        if let (Some(first), Some(last)) = (self.points.first(), self.points.last())
            && self.points.len() > 1
            && (first.0 - last.0).norm2() <= 1e-30
        {
            self.points.pop();
        }
        Polygon::new(vec![Ring::new(self.points)])
    }
}
