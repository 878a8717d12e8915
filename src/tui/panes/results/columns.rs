//! How wide each column is: from its name and a sample of its rows, looked at only when it comes into view.

use super::rows::{cell_text, datetime_width};
use crate::kql::ScalarType;
use crate::result::{Cell, CellText, ResultSet};
use crate::text;

/// Columns of the terminal between two columns of the grid.
const GAP: usize = 2;
/// What a column is never wider than by itself.
const WIDEST: usize = 200;
/// A column of a crowded grid is at least this wide, if it needs it.
const NARROW: usize = 12;
/// Rows looked at from the start, and spread over the rest.
const SAMPLE_START: usize = 60;
const SAMPLE_SPREAD: usize = 60;

/// Natural widths, as far as they were asked for.
#[derive(Debug, Default)]
pub(super) struct Widths {
    natural: std::cell::RefCell<Vec<Option<usize>>>,
    n_rows: usize,
}

/// A column of the grid on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Placed {
    /// Its place among the columns that are seen, and in the answer.
    pub(super) view: usize,
    pub(super) col: usize,
    /// From the left edge of the grid.
    pub(super) x: usize,
    pub(super) width: usize,
    natural: usize,
}

impl Widths {
    /// Looks again when there are many more rows than before.
    pub(super) fn rows_arrived(&mut self, n_rows: usize) {
        if n_rows > self.n_rows * 4 {
            self.n_rows = n_rows;
            self.natural.borrow_mut().clear();
        }
    }

    /// Makes room for rows that have come into view. A column only ever grows, so that nothing jumps back and forth.
    pub(super) fn see(&self, set: &ResultSet, columns: &[usize], rows: &[usize], left: usize, room: usize) {
        for it in self.placed(set, columns, left, room) {
            let widest = rows.iter().map(|row| cell_width(set, *row, it.col)).max().unwrap_or(0);
            if let Some(Some(known)) = self.natural.borrow_mut().get_mut(it.col) {
                *known = widest.clamp(*known, WIDEST);
            }
        }
    }

    fn natural(&self, set: &ResultSet, col: usize) -> usize {
        let mut known = self.natural.borrow_mut();
        known.resize(set.columns().len(), None);
        *known[col].get_or_insert_with(|| measure(set, col))
    }

    /// The columns that are seen from `left` on, each with its place and width. The last one may be cut.
    pub(super) fn placed(&self, set: &ResultSet, columns: &[usize], left: usize, room: usize) -> Vec<Placed> {
        let mut wanted = Vec::new();
        let mut total = 0;
        for (view, col) in columns.iter().copied().enumerate().skip(left) {
            let natural = self.natural(set, col);
            wanted.push((view, col, natural));
            total += natural + GAP;
            if total > room * 3 {
                break;
            }
        }
        let fits = left + wanted.len() == columns.len() && total <= room + GAP;
        let mut placed: Vec<Placed> = Vec::new();
        let mut x = 0;
        for (view, col, natural) in wanted {
            let enough = if fits { natural } else { natural.min(crowded(set.columns()[col].ty, room)) };
            let width = enough.min(room.saturating_sub(x));
            // A sliver of a column tells nothing.
            if width == 0 || !placed.is_empty() && width < enough && width < 6 {
                break;
            }
            placed.push(Placed { view, col, x, width, natural });
            x += width + GAP;
        }
        widen(&mut placed, room);
        placed
    }

    /// True when a column is seen whole, or as much of it as is ever seen.
    pub(super) fn is_seen(&self, set: &ResultSet, columns: &[usize], left: usize, view: usize, room: usize) -> bool {
        let Some(column) = columns.get(view).and_then(|col| set.columns().get(*col)) else { return true };
        let enough = crowded(column.ty, room);
        self.placed(set, columns, left, room).iter().any(|it| it.view == view && it.width >= it.natural.min(enough))
    }
}

/// The widest that a column is when not all columns fit. A datetime is cut where it can still be read.
fn crowded(ty: ScalarType, room: usize) -> usize {
    match ty {
        ScalarType::Datetime if room < 60 => 14,
        ScalarType::Datetime if room < 110 => 19,
        ScalarType::Datetime => 23,
        _ => (room / 3).clamp(NARROW, 48),
    }
}

/// Gives what is left of the row to the columns that were cut, the last one first.
fn widen(placed: &mut [Placed], room: usize) {
    let Some(last) = placed.last() else { return };
    let mut free = room.saturating_sub(last.x + last.width);
    for idx in (0..placed.len()).rev() {
        let more = free.min(placed[idx].natural - placed[idx].width);
        placed[idx].width += more;
        free -= more;
        for later in &mut placed[idx + 1..] {
            later.x += more;
        }
    }
}

/// True for types whose values are compared by their last digit.
pub(super) fn is_right_aligned(ty: ScalarType) -> bool {
    ty.is_numeric() || ty == ScalarType::Timespan
}

fn measure(set: &ResultSet, col: usize) -> usize {
    let n_rows = set.n_rows();
    let spread = n_rows.saturating_sub(SAMPLE_START).div_ceil(SAMPLE_SPREAD).max(1);
    let sample = (0..n_rows.min(SAMPLE_START)).chain((SAMPLE_START..n_rows).step_by(spread));
    let widest = sample.map(|row| cell_width(set, row, col));
    let name = text::width(&text::sanitize(&set.columns()[col].name));
    widest.max().unwrap_or(0).max(name).clamp(1, WIDEST)
}

fn cell_width(set: &ResultSet, row: usize, col: usize) -> usize {
    match set.cell(row, col) {
        Cell::Datetime(ticks) => datetime_width(ticks),
        _ => match cell_text(set, row, col, WIDEST) {
            CellText::Null => 1,
            CellText::Text(text) => text::width(&text),
        },
    }
}
