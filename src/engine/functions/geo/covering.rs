//! The S2 cells of one level that a shape touches.

use s2::cell::Cell;
use s2::cellid::CellID;
use s2::edge_crossings::{Crossing, crossing_sign};

use super::region::Region;
use super::sphere::{Point, angle, closest};

/// Cells past which Kusto gives none.
const MAX_CELLS: usize = 65_536;

/// A shape that is to be covered.
pub(super) struct Shape<'a> {
    pub(super) edges: Vec<(Point, Point)>,
    pub(super) region: Option<&'a Region>,
    /// How far around the shape, in radians.
    pub(super) reach: f64,
}

/// `None` when there are too many.
pub(super) fn cells(shape: &Shape<'_>, level: u64) -> Option<Vec<CellID>> {
    let mut found = Vec::new();
    let all: Vec<usize> = (0..shape.edges.len()).collect();
    let mut open: Vec<(CellID, Vec<usize>)> = (0..6).map(|face| (CellID::from_face(face), all.clone())).collect();
    while let Some((id, near)) = open.pop() {
        let cell = Cell::from(id);
        let near: Vec<usize> = near.into_iter().filter(|edge| shape.reaches(&cell, shape.edges[*edge])).collect();
        if near.is_empty() {
            if shape.region.is_some_and(|region| region.is_inside(cell.center())) {
                fill(id, level, &mut found)?;
            }
        } else if id.level() == level {
            found.push(id);
        } else {
            open.extend(id.children().into_iter().map(|child| (child, near.clone())));
        }
        if found.len() > MAX_CELLS {
            return None;
        }
    }
    found.sort_unstable_by_key(|id| id.0);
    Some(found)
}

/// Every cell of the level inside of the cell.
fn fill(id: CellID, level: u64, found: &mut Vec<CellID>) -> Option<()> {
    let steps = level.checked_sub(id.level())?;
    let count = 1_usize.checked_shl(u32::try_from(2 * steps).ok()?).filter(|count| *count <= MAX_CELLS)?;
    if found.len() + count > MAX_CELLS {
        return None;
    }
    let mut at = id.child_begin_at_level(level);
    for _ in 0..count {
        found.push(at);
        at = at.next();
    }
    Some(())
}

impl Shape<'_> {
    fn reaches(&self, cell: &Cell, (a, b): (Point, Point)) -> bool {
        if cell.contains_point(&a) || cell.contains_point(&b) {
            return true;
        }
        let corners = cell.vertices();
        (0..4).any(|index| {
            let (c, d) = (corners[index], corners[(index + 1) % 4]);
            crossing_sign(&a, &b, &c, &d) != Crossing::DoNotCross || self.is_within_reach((a, b), (c, d))
        })
    }

    fn is_within_reach(&self, (a, b): (Point, Point), (c, d): (Point, Point)) -> bool {
        let near = |point: Point, from: Point, to: Point| angle(point, closest(point, from, to)) <= self.reach;
        self.reach > 0.0 && (near(a, c, d) || near(b, c, d) || near(c, a, b) || near(d, a, b))
    }
}
