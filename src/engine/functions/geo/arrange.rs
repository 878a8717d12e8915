//! Two sets of edges, cut where they meet.

use std::collections::HashMap;

use s2::cellid::CellID;
use s2::edge_crossings::{Crossing, crossing_sign, get_intersection};

use super::edges::EdgeIndex;
use super::sphere::{Point, Vector, closest, unit};

/// What lies closer together than this, in radians, is one point. Twice the error of an intersection.
const SAME: f64 = 2e-15;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    First = 0,
    Second = 1,
}

/// A part of an edge between two vertices with no other vertex between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) side: Side,
    /// The edge it is of, counted through both sides.
    pub(super) edge: usize,
}

pub(super) struct Arrangement {
    /// In the order of their cells, which decides where rings begin.
    pub(super) vertices: Vec<Point>,
    /// In the order of the edges, and along each.
    pub(super) pieces: Vec<Piece>,
}

impl Arrangement {
    pub(super) fn of(first: &[(Point, Point)], second: &[(Point, Point)]) -> Self {
        let mut ends = Sites::default();
        for point in in_order_of_cells(first.iter().chain(second).flat_map(|(a, b)| [*a, *b]).collect()) {
            ends.add(point);
        }
        let snapped = |(a, b): &(Point, Point)| (ends.points[ends.add_known(*a)], ends.points[ends.add_known(*b)]);
        let edges: Vec<(Point, Point)> = first.iter().chain(second).map(snapped).collect();
        let cuts = cuts(&edges, first.len(), &ends);
        let crossings = cuts.iter().flatten().filter(|point| !ends.has(**point));
        let mut sites = Sites::default();
        for point in in_order_of_cells(crossings.chain(&ends.points).copied().collect()) {
            sites.add(point);
        }
        let mut pieces = Vec::with_capacity(edges.len());
        for (edge, (ends, cuts)) in edges.iter().zip(cuts).enumerate() {
            let side = if edge < first.len() { Side::First } else { Side::Second };
            let mut stops = vec![sites.add_known(ends.0)];
            stops.extend(sorted_along(*ends, cuts).into_iter().map(|point| sites.add_known(point)));
            stops.push(sites.add_known(ends.1));
            stops.dedup();
            pieces.extend(stops.windows(2).map(|stop| Piece { from: stop[0], to: stop[1], side, edge }));
        }
        Self { vertices: sites.points, pieces }
    }

    pub(super) fn middle(&self, piece: &Piece) -> Point {
        unit(self.vertices[piece.from].0 + self.vertices[piece.to].0)
    }

    /// Whether the two sides have a vertex in common.
    pub(super) fn has_meeting(&self) -> bool {
        !self.only_touched(&[]).is_empty()
    }

    /// Vertices of both sides that no kept piece has.
    pub(super) fn only_touched(&self, kept: &[&Vec<Piece>]) -> Vec<Point> {
        let mut sides = vec![[false; 2]; self.vertices.len()];
        for piece in &self.pieces {
            sides[piece.from][piece.side as usize] = true;
            sides[piece.to][piece.side as usize] = true;
        }
        for piece in kept.iter().copied().flatten() {
            sides[piece.from] = [false; 2];
            sides[piece.to] = [false; 2];
        }
        let touched = |index: &usize| sides[*index] == [true; 2];
        (0..self.vertices.len()).filter(touched).map(|index| self.vertices[index]).collect()
    }
}

fn in_order_of_cells(mut points: Vec<Point>) -> Vec<Point> {
    points.sort_by_cached_key(|point| (CellID::from(*point).0, bits(*point)));
    points
}

fn bits(point: Point) -> (u64, u64, u64) {
    // Turned so that the order of the bits is the order of the numbers.
    let key = |number: f64| {
        let bits = number.to_bits();
        if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
    };
    (key(point.0.x), key(point.0.y), key(point.0.z))
}

/// Where each edge is cut by edges of the other side, in no order yet.
fn cuts(edges: &[(Point, Point)], first_count: usize, ends: &Sites) -> Vec<Vec<Point>> {
    let mut cuts: Vec<Vec<Point>> = vec![Vec::new(); edges.len()];
    EdgeIndex::new(edges).any_pair(|low, high| {
        if low < first_count && high >= first_count {
            let ((a, b), (c, d)) = (edges[low], edges[high]);
            for (edge, (start, end), points) in [(low, (a, b), [c, d]), (high, (c, d), [a, b])] {
                let on_edge = |point: &Point| *point != start && *point != end && is_on(*point, start, end);
                cuts[edge].extend(points.into_iter().filter(on_edge));
            }
            if crossing_sign(&a, &b, &c, &d) == Crossing::Cross {
                let crossing = get_intersection(&a, &b, &c, &d);
                let crossing = ends.near(crossing).map_or(crossing, |index| ends.points[index]);
                cuts[low].push(crossing);
                cuts[high].push(crossing);
            }
        }
        false
    });
    cuts
}

fn is_on(point: Point, a: Point, b: Point) -> bool {
    (closest(point, a, b).0 - point.0).norm2() <= SAME * SAME
}

fn sorted_along((a, _): (Point, Point), mut cuts: Vec<Point>) -> Vec<Point> {
    cuts.sort_by(|left, right| (left.0 - a.0).norm2().total_cmp(&(right.0 - a.0).norm2()));
    cuts
}

/// Points of which no two are the same.
#[derive(Default)]
struct Sites {
    points: Vec<Point>,
    cells: HashMap<[i64; 3], Vec<usize>>,
}

impl Sites {
    /// Several times as wide as what counts as the same.
    const GRID: f64 = 1e-14;

    fn add(&mut self, point: Point) -> usize {
        if let Some(index) = self.near(point) {
            return index;
        }
        self.points.push(point);
        self.cells.entry(Self::cell(point)).or_default().push(self.points.len() - 1);
        self.points.len() - 1
    }

    /// The index of a point that was added before.
    fn add_known(&self, point: Point) -> usize {
        self.near(point).unwrap_or_default()
    }

    fn has(&self, point: Point) -> bool {
        self.near(point).is_some()
    }

    fn near(&self, point: Point) -> Option<usize> {
        let centre = Self::cell(point);
        let mut best = (SAME * SAME, None);
        for around in 0..27 {
            let cell = [0, 1, 2].map(|axis| centre[axis] + around / 3_i64.pow(axis as u32) % 3 - 1);
            for index in self.cells.get(&cell).into_iter().flatten() {
                let away = (self.points[*index].0 - point.0).norm2();
                if away <= best.0 {
                    best = (away, Some(*index));
                }
            }
        }
        best.1
    }

    fn cell(point: Point) -> [i64; 3] {
        let Vector { x, y, z } = point.0;
        [x, y, z].map(|number| (number / Self::GRID).floor() as i64)
    }
}
