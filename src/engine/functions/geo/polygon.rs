//! Polygons on the sphere: rings with their inside to the left, edges that are the shortest ways.

use std::f64::consts::TAU;

use s2::edge_crossings::{Crossing, EdgeCrosser, crossing_sign};

use super::edges::EdgeIndex;
use super::geojson::is_half_circle;
use super::sphere::{Degrees, Point, Vector, angle, is_far, normal, signed_area, turn_angle, unit};

/// A closed chain of points; the first does not stand again at the end.
#[derive(Debug, Clone)]
pub(super) struct Ring {
    points: Vec<Point>,
}

impl Ring {
    pub(super) fn new(points: Vec<Point>) -> Self {
        Self { points }
    }

    pub(super) fn points(&self) -> &[Point] {
        &self.points
    }

    pub(super) fn edges(&self) -> impl Iterator<Item = (Point, Point)> + '_ {
        let next = self.points.iter().cycle().skip(1);
        self.points.iter().copied().zip(next.copied())
    }

    pub(super) fn degrees(&self) -> Vec<Degrees> {
        self.points.iter().map(|point| Degrees::from(*point)).collect()
    }

    /// The sum of what the ring turns; positive when what is to the left is less than half of the globe.
    pub(super) fn curvature(&self) -> f64 {
        let count = self.points.len();
        let at = |index: usize| self.points[index % count];
        (0..count).map(|index| turn_angle(at(index), at(index + 1), at(index + 2))).sum()
    }

    /// What is to the left of the ring, in steradians; negative when the ring runs clockwise.
    fn signed_area(&self) -> f64 {
        self.integral(signed_area)
    }

    fn centroid(&self) -> Vector {
        self.integral(|a, b, c| s2::point::true_centroid(&a, &b, &c).0)
    }

    /// Sums a triangle's measure over a fan of triangles, none of them with an edge half around the globe.
    fn integral<T: std::ops::Add<Output = T> + Default>(&self, triangle: impl Fn(Point, Point, Point) -> T) -> T {
        let points = &self.points;
        let (first, mut origin, mut sum) = (points[0], points[0], T::default());
        for pair in points[1..].windows(2) {
            let (a, b) = (pair[0], pair[1]);
            if is_far(b, origin) {
                let old = origin;
                if origin == first {
                    origin = unit(normal(first, a));
                } else if is_far(a, first) {
                    origin = unit(first.0.cross(&old.0));
                    sum = sum + triangle(first, old, origin);
                } else {
                    origin = first;
                }
                sum = sum + triangle(old, a, origin);
            }
            sum = sum + triangle(origin, a, b);
        }
        if origin != first {
            sum = sum + triangle(origin, points[points.len() - 1], first);
        }
        sum
    }

    pub(super) fn reversed(mut self) -> Self {
        self.points.reverse();
        self
    }

    /// Rings that touch or cross themselves are none.
    fn is_valid(&self) -> bool {
        let mut sorted = self.points.clone();
        sorted.sort_by(order);
        self.points.len() >= 3
            && sorted.windows(2).all(|pair| pair[0] != pair[1])
            && self.edges().all(|(a, b)| !is_half_circle(a, b))
            && !self.crosses_itself()
    }

    fn crosses_itself(&self) -> bool {
        let edges: Vec<(Point, Point)> = self.edges().collect();
        EdgeIndex::new(&edges).any_pair(|first, second| meets(edges[first], edges[second]))
    }
}

/// Edges that cross, or lie on each other.
fn meets(first: (Point, Point), second: (Point, Point)) -> bool {
    let shared = (first.0 == second.0 && first.1 == second.1) || (first.0 == second.1 && first.1 == second.0);
    shared || crossing_sign(&first.0, &first.1, &second.0, &second.1) == Crossing::Cross
}

fn order(a: &Point, b: &Point) -> std::cmp::Ordering {
    a.0.x.total_cmp(&b.0.x).then(a.0.y.total_cmp(&b.0.y)).then(a.0.z.total_cmp(&b.0.z))
}

/// A shell and its holes. Shells run counterclockwise and holes clockwise.
#[derive(Debug, Clone)]
pub(super) struct Polygon {
    rings: Vec<Ring>,
}

impl Polygon {
    /// Rings as somebody wrote them, in whatever direction: each encloses the smaller part of the globe.
    pub(super) fn of(rings: &[Vec<Degrees>]) -> Option<Self> {
        let mut read = Vec::with_capacity(rings.len());
        for (index, ring) in rings.iter().enumerate() {
            let ring = Ring::new(ring.iter().map(|degrees| degrees.point()).collect());
            if !ring.is_valid() {
                return None;
            }
            let ring = if ring.curvature() >= 0.0 { ring } else { ring.reversed() };
            read.push(if index == 0 { ring } else { ring.reversed() });
        }
        let polygon = Self { rings: read };
        (rings.len() == 1 || !polygon.rings_cross()).then_some(polygon)
    }

    /// Rings that have their direction already.
    pub(super) fn new(rings: Vec<Ring>) -> Self {
        Self { rings }
    }

    pub(super) fn rings(&self) -> &[Ring] {
        &self.rings
    }

    pub(super) fn edges(&self) -> impl Iterator<Item = (Point, Point)> + '_ {
        self.rings.iter().flat_map(Ring::edges)
    }

    fn rings_cross(&self) -> bool {
        let edges: Vec<(Point, Point)> = self.edges().collect();
        EdgeIndex::new(&edges).any_pair(|first, second| meets(edges[first], edges[second]))
    }

    /// In steradians.
    pub(super) fn area(&self) -> f64 {
        let area: f64 = self.rings.iter().map(Ring::signed_area).sum();
        if area < 0.0 { area + 2.0 * TAU } else { area }
    }

    pub(super) fn centroid(&self) -> Vector {
        self.rings.iter().fold(Vector::default(), |sum, ring| sum + ring.centroid())
    }

    pub(super) fn length(&self) -> f64 {
        self.edges().map(|(a, b)| angle(a, b)).sum()
    }
}

/// Tells what is inside of polygons. Of polygons that fill the globe exactly one has a point.
#[derive(Debug)]
pub(super) struct Inside {
    edges: Vec<(Point, Point)>,
    has_origin: bool,
}

impl Inside {
    /// All rings have what is inside to their left.
    pub(super) fn of<'p>(rings: impl IntoIterator<Item = &'p Ring>) -> Self {
        let rings: Vec<&Ring> = rings.into_iter().collect();
        let edges: Vec<(Point, Point)> = rings.iter().flat_map(|ring| ring.edges()).collect();
        let mut inside = Self { edges, has_origin: false };
        if let Some([a, b, c]) = rings.first().and_then(|ring| ring.points.get(..3)) {
            inside.has_origin = inside.contains(*b) != s2::edge_crossings::angle_contains_vertex(a, b, c);
        }
        inside
    }

    /// Counts the edges on the way from the origin of such tests.
    pub(super) fn contains(&self, point: Point) -> bool {
        let origin = Point::origin();
        let mut crosser = EdgeCrosser::new(&origin, &point);
        let crossings = self.edges.iter().filter(|(a, b)| crosser.edge_or_vertex_crossing(a, b)).count();
        (crossings % 2 == 1) != self.has_origin
    }

    pub(super) fn has_vertex(&self, point: Point) -> bool {
        self.edges.iter().any(|(a, _)| *a == point)
    }
}
