//! Pieces chained to rings and lines, in the order and from the point that Kusto's shapes have.

use std::collections::HashMap;

use super::arrange::{Arrangement, Piece};
use super::geojson::Line;
use super::polygon::Ring;
use super::sphere::{Point, turn};

/// Every piece in one ring, turning left where there is a choice. `None` when a ring stays open.
pub(super) fn rings(arrangement: &Arrangement, mut pieces: Vec<Piece>) -> Option<Vec<Ring>> {
    pieces.sort_by_key(|piece| (piece.from, piece.to, piece.edge));
    let next = left_turns(arrangement, &pieces)?;
    let mut used = vec![false; pieces.len()];
    let mut loops = Vec::new();
    for start in 0..pieces.len() {
        let mut path: Vec<usize> = Vec::new();
        let mut position: HashMap<usize, usize> = HashMap::new();
        let mut at = start;
        while !used[at] {
            used[at] = true;
            position.insert(pieces[at].from, path.len());
            path.push(at);
            // A vertex that the path has been at closes a ring of its own.
            if let Some(begin) = position.get(&pieces[at].to).copied() {
                let closed = path.split_off(begin);
                for index in &closed {
                    position.remove(&pieces[*index].from);
                }
                loops.push(in_canonical_order(&pieces, closed));
            }
            at = next[at];
        }
        if !path.is_empty() {
            return None;
        }
    }
    loops.sort_by_key(|indexes| pieces[indexes[0]].edge);
    let ring = |indexes: &Vec<usize>| {
        Ring::new(indexes.iter().map(|index| arrangement.vertices[pieces[*index].from]).collect())
    };
    Some(loops.iter().map(ring).collect())
}

/// The ring begins after the piece of the edge that came last.
fn in_canonical_order(pieces: &[Piece], mut indexes: Vec<usize>) -> Vec<usize> {
    let edge = |position: usize| pieces[indexes[position]].edge;
    let (mut last, mut gap) = (0, false);
    for position in 1..indexes.len() {
        if edge(position) < edge(last) {
            gap = true;
        } else if edge(position) > edge(last) || !gap {
            last = position;
            gap = false;
        }
    }
    let begin = (last + 1) % indexes.len();
    indexes.rotate_left(begin);
    indexes
}

/// The piece that each piece goes on with. `None` when one comes to an end.
fn left_turns(arrangement: &Arrangement, pieces: &[Piece]) -> Option<Vec<usize>> {
    let mut leaving: HashMap<usize, Vec<usize>> = HashMap::new();
    for (index, piece) in pieces.iter().enumerate() {
        leaving.entry(piece.from).or_default().push(index);
    }
    let arriving = pieces.iter().fold(HashMap::<usize, usize>::new(), |mut counts, piece| {
        *counts.entry(piece.to).or_default() += 1;
        counts
    });
    let balanced = leaving.iter().all(|(vertex, pieces)| arriving.get(vertex) == Some(&pieces.len()));
    if !balanced || arriving.len() != leaving.len() {
        return None;
    }
    let point = |vertex: usize| arrangement.vertices[vertex];
    pieces
        .iter()
        .map(|piece| {
            let choices = leaving.get(&piece.to)?;
            let leftmost = |best: usize, other: usize| {
                let (back, here) = (point(piece.from), point(piece.to));
                if is_further_left(here, back, point(pieces[other].to), point(pieces[best].to)) { other } else { best }
            };
            choices.iter().copied().reduce(leftmost)
        })
        .collect()
}

/// Whether `a` comes before `b` in the clockwise order around `here` that begins at `back`.
fn is_further_left(here: Point, back: Point, a: Point, b: Point) -> bool {
    if a == b || a == back || b == back {
        return b == back && a != back;
    }
    let right_of_back = |point: Point| turn(here, back, point) < 0.0;
    match (right_of_back(a), right_of_back(b)) {
        (true, false) => true,
        (false, true) => false,
        _ => turn(here, b, a) > 0.0,
    }
}

/// Pieces chained as far as they go without meeting a third.
pub(super) fn lines(arrangement: &Arrangement, pieces: Vec<Piece>) -> Vec<Line> {
    let mut around: HashMap<usize, Vec<usize>> = HashMap::new();
    for (index, piece) in pieces.iter().enumerate() {
        around.entry(piece.from).or_default().push(index);
        around.entry(piece.to).or_default().push(index);
    }
    let goes_on = |vertex: usize, index: usize| -> Option<usize> {
        match around.get(&vertex)?.as_slice() {
            [a, b] => Some(if *a == index { *b } else { *a }),
            _ => None,
        }
    };
    let mut used = vec![false; pieces.len()];
    let mut lines = Vec::new();
    for start in 0..pieces.len() {
        if used[start] {
            continue;
        }
        used[start] = true;
        let mut vertices = std::collections::VecDeque::from([pieces[start].from, pieces[start].to]);
        for forward in [true, false] {
            let mut index = start;
            while let Some(end) = if forward { vertices.back() } else { vertices.front() }.copied() {
                let Some(following) = goes_on(end, index).filter(|following| !used[*following]) else { break };
                used[following] = true;
                let piece = pieces[following];
                let other = if piece.from == end { piece.to } else { piece.from };
                if forward {
                    vertices.push_back(other);
                } else {
                    vertices.push_front(other);
                }
                index = following;
            }
        }
        lines.push(vertices.iter().map(|vertex| arrangement.vertices[*vertex]).collect());
    }
    lines
}
