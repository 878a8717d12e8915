//! Unions and intersections: edges are cut where they meet, what is left of them is kept or not, and chained again.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::arrange::{Arrangement, Piece, Side};
use super::chain;
use super::geojson::{Line, Shape};
use super::polygon::{Inside, Polygon, Ring};
use super::region::Region;
use super::sphere::Point;

/// What is said of shapes of which rounding cannot tell how they lie.
pub(super) const TOO_CLOSE: &str = "borders of the polygons lie too close together to be told apart";

/// All polygons as one region, the two with the fewest vertices first. `None` where rounding leaves rings open.
pub(super) fn union(polygons: Vec<Polygon>) -> Option<Vec<Polygon>> {
    union_all(polygons.into_iter().map(|polygon| vec![polygon]).collect())
}

pub(super) fn union_all(regions: Vec<Vec<Polygon>>) -> Option<Vec<Polygon>> {
    let mut queue: BTreeMap<(usize, usize), Vec<Polygon>> = BTreeMap::new();
    let mut arrivals = 0..;
    for region in regions {
        let size = region.iter().flat_map(Polygon::rings).map(|ring| ring.points().len()).sum();
        queue.insert((size, arrivals.next()?), region);
    }
    loop {
        let ((first_size, _), first) = queue.pop_first()?;
        let Some(((second_size, _), second)) = queue.pop_first() else { return Some(first) };
        let together = union_of_two(&first, &second)?;
        queue.insert((first_size + second_size, arrivals.next()?), together);
    }
}

fn union_of_two(first: &[Polygon], second: &[Polygon]) -> Option<Vec<Polygon>> {
    let (first_rings, second_rings) = (rings(first), rings(second));
    let (in_first, in_second) = (Inside::of(first_rings.iter().copied()), Inside::of(second_rings.iter().copied()));
    let arrangement = Arrangement::of(&edges(&first_rings), &edges(&second_rings));
    let shared = Shared::of(&arrangement);
    let kept = arrangement.pieces.iter().filter(|piece| match (shared.relation(piece), piece.side) {
        (Relation::Opposite, _) | (Relation::Same, Side::Second) => false,
        (Relation::Same, Side::First) => true,
        (Relation::Alone, Side::First) => !in_second.contains(arrangement.middle(piece)),
        (Relation::Alone, Side::Second) => !in_first.contains(arrangement.middle(piece)),
    });
    polygons(chain::rings(&arrangement, kept.copied().collect())?)
}

fn rings(polygons: &[Polygon]) -> Vec<&Ring> {
    polygons.iter().flat_map(Polygon::rings).collect()
}

fn edges(rings: &[&Ring]) -> Vec<(Point, Point)> {
    rings.iter().flat_map(|ring| ring.edges()).collect()
}

/// What two shapes have in common, by dimension.
#[derive(Debug, Default)]
pub(super) struct Common {
    pub(super) points: Vec<Point>,
    pub(super) lines: Vec<Line>,
    pub(super) polygons: Vec<Polygon>,
}

impl Common {
    /// One shape as itself, several as a collection.
    pub(super) fn shape(&self) -> Shape {
        let mut shapes = Vec::new();
        match self.points.as_slice() {
            [] => {}
            [point] => shapes.push(Shape::Point((*point).into())),
            points => shapes.push(Shape::Points(points.iter().map(|point| (*point).into()).collect())),
        }
        if !self.lines.is_empty() {
            shapes.push(Shape::lines(&self.lines));
        }
        if !self.polygons.is_empty() {
            shapes.push(Shape::polygons(&self.polygons));
        }
        match shapes.as_slice() {
            [shape] => shape.clone(),
            _ => Shape::Collection(shapes),
        }
    }

    fn is_empty(&self) -> bool {
        self.points.is_empty() && self.lines.is_empty() && self.polygons.is_empty()
    }
}

pub(super) fn lines_meet(first: &[Line], second: &[Line]) -> bool {
    let arrangement = Arrangement::of(&line_edges(first), &line_edges(second));
    arrangement.has_meeting()
}

pub(super) fn line_meets_region(lines: &[Line], region: &Region) -> bool {
    !line_in_region(lines, region).is_empty()
}

/// Borders that meet, or one inside of the other.
pub(super) fn regions_meet(first: &Region, second: &Region) -> bool {
    let (first_edges, second_edges) = (first.edges().collect::<Vec<_>>(), second.edges().collect::<Vec<_>>());
    Arrangement::of(&first_edges, &second_edges).has_meeting()
        || first_edges.iter().any(|(point, _)| second.is_inside(*point))
        || second_edges.iter().any(|(point, _)| first.is_inside(*point))
}

pub(super) fn regions_in_common(first: &Region, second: &Region) -> Option<Common> {
    let (first_edges, second_edges) = (first.edges().collect::<Vec<_>>(), second.edges().collect::<Vec<_>>());
    let arrangement = Arrangement::of(&first_edges, &second_edges);
    let shared = Shared::of(&arrangement);
    let kept: Vec<Piece> = arrangement
        .pieces
        .iter()
        .filter(|piece| match (shared.relation(piece), piece.side) {
            (Relation::Opposite, _) | (Relation::Same, Side::Second) => false,
            (Relation::Same, Side::First) => true,
            (Relation::Alone, Side::First) => second.is_inside(arrangement.middle(piece)),
            (Relation::Alone, Side::Second) => first.is_inside(arrangement.middle(piece)),
        })
        .copied()
        .collect();
    let borders: Vec<Piece> = arrangement
        .pieces
        .iter()
        .filter(|piece| piece.side == Side::First && shared.relation(piece) == Relation::Opposite)
        .copied()
        .collect();
    let points = arrangement.only_touched(&[&kept, &borders]);
    let lines = chain::lines(&arrangement, borders);
    Some(Common { points, lines, polygons: polygons(chain::rings(&arrangement, kept)?)? })
}

pub(super) fn line_in_region(lines: &[Line], region: &Region) -> Common {
    let arrangement = Arrangement::of(&line_edges(lines), &region.edges().collect::<Vec<_>>());
    let shared = Shared::of(&arrangement);
    let kept: Vec<Piece> = arrangement
        .pieces
        .iter()
        .filter(|piece| piece.side == Side::First)
        .filter(|piece| shared.relation(piece) != Relation::Alone || region.is_inside(arrangement.middle(piece)))
        .copied()
        .collect();
    let points = arrangement.only_touched(&[&kept]);
    Common { points, lines: chain::lines(&arrangement, kept), polygons: Vec::new() }
}

pub(super) fn lines_in_common(first: &[Line], second: &[Line]) -> Common {
    let arrangement = Arrangement::of(&line_edges(first), &line_edges(second));
    let shared = Shared::of(&arrangement);
    let kept: Vec<Piece> = arrangement
        .pieces
        .iter()
        .filter(|piece| piece.side == Side::First && shared.relation(piece) != Relation::Alone)
        .copied()
        .collect();
    let points = arrangement.only_touched(&[&kept]);
    Common { points, lines: chain::lines(&arrangement, kept), polygons: Vec::new() }
}

/// Lines as one, each stretch of way once.
pub(super) fn union_of_lines(lines: &[Line]) -> Vec<Line> {
    let mut together: Vec<Line> = Vec::new();
    for line in lines {
        let arrangement = Arrangement::of(&line_edges(&together), &line_edges(std::slice::from_ref(line)));
        let mut seen: HashSet<(usize, usize)> = HashSet::new();
        let kept = arrangement.pieces.iter().filter(|piece| {
            let key = (piece.from.min(piece.to), piece.from.max(piece.to));
            seen.insert(key)
        });
        together = chain::lines(&arrangement, kept.copied().collect());
    }
    together
}

fn line_edges(lines: &[Line]) -> Vec<(Point, Point)> {
    lines.iter().flat_map(|line| line.windows(2).map(|edge| (edge[0], edge[1]))).collect()
}

/// How a piece of one side lies to the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    Alone,
    Same,
    Opposite,
}

struct Shared {
    pieces: HashMap<(usize, usize), [bool; 2]>,
}

impl Shared {
    fn of(arrangement: &Arrangement) -> Self {
        let mut pieces: HashMap<(usize, usize), [bool; 2]> = HashMap::new();
        for piece in &arrangement.pieces {
            pieces.entry((piece.from, piece.to)).or_default()[piece.side as usize] = true;
        }
        Self { pieces }
    }

    fn relation(&self, piece: &Piece) -> Relation {
        let other = 1 - piece.side as usize;
        let has = |from, to| self.pieces.get(&(from, to)).is_some_and(|sides| sides[other]);
        if has(piece.from, piece.to) {
            Relation::Same
        } else if has(piece.to, piece.from) {
            Relation::Opposite
        } else {
            Relation::Alone
        }
    }
}

/// Rings as polygons: every hole goes to the shell around it. `None` when a hole is in none.
fn polygons(rings: Vec<Ring>) -> Option<Vec<Polygon>> {
    let (shells, holes): (Vec<Ring>, Vec<Ring>) = rings.into_iter().partition(|ring| ring.curvature() >= 0.0);
    let insides: Vec<Inside> = shells.iter().map(|shell| Inside::of([shell])).collect();
    let mut polygons: Vec<Vec<Ring>> = shells.into_iter().map(|shell| vec![shell]).collect();
    for hole in holes {
        let around = (0..polygons.len()).filter(|index| {
            let point = hole.points().iter().find(|point| !insides[*index].has_vertex(**point));
            point.is_some_and(|point| insides[*index].contains(*point))
        });
        // Shells inside of shells: the hole is that of the innermost one.
        let size = |index: &usize| polygons[*index][0].curvature();
        let innermost = around.max_by(|a, b| size(a).total_cmp(&size(b)))?;
        polygons[innermost].push(hole);
    }
    Some(polygons.into_iter().map(Polygon::new).collect())
}
