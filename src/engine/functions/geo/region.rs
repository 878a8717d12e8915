//! A region: polygons whose insides do not overlap, as one.

use super::geojson;
use super::line::closest_of;
use super::overlay;
use super::polygon::{Inside, Polygon};
use super::sphere::{Point, unit};

#[derive(Debug)]
pub(super) struct Region {
    polygons: Vec<Polygon>,
    inside: Inside,
}

impl Region {
    /// A `Polygon` or a `MultiPolygon`, of which overlapping ones become one.
    pub(super) fn of(text: &str) -> Option<Self> {
        let polygons = geojson::polygons(text)?;
        Some(Self::new(if polygons.len() == 1 { polygons } else { overlay::union(polygons)? }))
    }

    pub(super) fn new(polygons: Vec<Polygon>) -> Self {
        let inside = Inside::of(polygons.iter().flat_map(Polygon::rings));
        Self { polygons, inside }
    }

    pub(super) fn polygons(&self) -> &[Polygon] {
        &self.polygons
    }

    pub(super) fn edges(&self) -> impl Iterator<Item = (Point, Point)> + '_ {
        self.polygons.iter().flat_map(Polygon::edges)
    }

    /// Inside by the rule that gives every point to one of two regions that touch.
    pub(super) fn is_inside(&self, point: Point) -> bool {
        self.inside.contains(point)
    }

    /// Vertices belong to the region.
    pub(super) fn contains(&self, point: Point) -> bool {
        self.inside.contains(point) || self.inside.has_vertex(point)
    }

    pub(super) fn closest(&self, point: Point) -> Point {
        if self.contains(point) { point } else { closest_of(self.edges(), point) }
    }

    /// In steradians.
    pub(super) fn area(&self) -> f64 {
        self.polygons.iter().map(Polygon::area).sum()
    }

    /// In radians.
    pub(super) fn perimeter(&self) -> f64 {
        self.polygons.iter().map(Polygon::length).sum()
    }

    pub(super) fn centroid(&self) -> Option<Point> {
        let sum = self.polygons.iter().map(Polygon::centroid).reduce(|sum, next| sum + next)?;
        (sum.norm2() > 0.0).then(|| unit(sum))
    }
}
