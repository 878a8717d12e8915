//! How wide each column is: from its name and a sample of its rows, looked at only when it comes into view.

use std::cell::RefCell;
use std::collections::HashMap;

use super::rows::{cell_text, datetime_width};
use super::times::{TimeShow, Times};
use crate::kql::ScalarType;
use crate::result::{Cell, CellText, ResultSet, SortKey};
use crate::text;

/// Columns of the terminal between two columns of the grid.
const GAP: usize = 2;
/// What a column is never wider than by itself.
const WIDEST: usize = 200;
/// A column of a crowded grid is at least this wide, if it needs it.
const NARROW: usize = 12;
/// What the user cannot make narrower.
const MIN_CHOSEN: usize = 3;
/// Rows looked at from the start, and spread over the rest.
const SAMPLE_START: usize = 60;
const SAMPLE_SPREAD: usize = 60;

/// The columns whose widths are asked for, and all that these depend on.
#[derive(Clone, Copy)]
pub(super) struct Sheet<'a> {
    pub(super) set: &'a ResultSet,
    pub(super) columns: &'a [usize],
    pub(super) frozen: usize,
    pub(super) times: &'a Times,
    pub(super) sort: &'a [SortKey],
}

impl Sheet<'_> {
    /// What stands behind the name of a column that rows are sorted by: the direction, and its place when there are more.
    pub(super) fn sort_sign(&self, col: usize) -> String {
        let Some(at) = self.sort.iter().position(|it| it.col == col) else { return String::new() };
        let arrow = if self.sort[at].descending { '↓' } else { '↑' };
        if self.sort.len() == 1 { format!(" {arrow}") } else { format!(" {arrow}{}", at + 1) }
    }
}

/// A width that the user has chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Chosen {
    /// As wide as its widest value.
    Fit,
    Columns(usize),
}

/// Natural widths, as far as they were asked for, and those that were chosen.
#[derive(Debug, Default)]
pub(super) struct Widths {
    natural: RefCell<Vec<Option<usize>>>,
    n_rows: usize,
    chosen: HashMap<usize, Chosen>,
    /// Every column is as wide as its widest value.
    fit_all: bool,
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
            self.measure_again();
        }
    }

    /// What was chosen stays for an answer with the same columns.
    pub(super) fn for_new_rows(self) -> Self {
        Self { chosen: self.chosen, fit_all: self.fit_all, ..Self::default() }
    }

    pub(super) fn measure_again(&self) {
        self.natural.borrow_mut().clear();
    }

    pub(super) fn forget_choices(&mut self) {
        self.chosen.clear();
        self.fit_all = false;
    }

    pub(super) fn toggle_fit(&mut self, col: usize) {
        if self.chosen.remove(&col).is_none() {
            self.chosen.insert(col, Chosen::Fit);
        }
    }

    pub(super) fn toggle_fit_all(&mut self) {
        let fit_all = !self.fit_all;
        self.forget_choices();
        self.fit_all = fit_all;
    }

    /// Makes a column wider or narrower than it is now.
    pub(super) fn change(&mut self, col: usize, shown: usize, by: isize) {
        let width = shown.saturating_add_signed(by).clamp(MIN_CHOSEN, WIDEST);
        self.chosen.insert(col, Chosen::Columns(width));
    }

    /// Makes room for rows that have come into view. A column only ever grows, so that nothing jumps back and forth.
    pub(super) fn see(&self, sheet: &Sheet<'_>, rows: &[usize], left: usize, room: usize) {
        for it in self.placed(sheet, left, room) {
            let widest = rows.iter().map(|row| cell_width(sheet, *row, it.col)).max().unwrap_or(0);
            if let Some(Some(known)) = self.natural.borrow_mut().get_mut(it.col) {
                *known = widest.clamp(*known, WIDEST);
            }
        }
    }

    fn natural(&self, sheet: &Sheet<'_>, col: usize) -> usize {
        if let Some(Chosen::Columns(width)) = self.chosen.get(&col) {
            return *width;
        }
        let natural = {
            let mut known = self.natural.borrow_mut();
            known.resize(sheet.set.columns().len(), None);
            *known[col].get_or_insert_with(|| measure(sheet, col))
        };
        match sheet.sort_sign(col) {
            sign if sign.is_empty() => natural,
            sign => natural.max(name_width(sheet.set, col) + text::width(&sign)).min(WIDEST),
        }
    }

    /// The width that a column gets when not all columns fit.
    fn enough(&self, sheet: &Sheet<'_>, col: usize, room: usize) -> usize {
        let natural = self.natural(sheet, col);
        if self.fit_all || self.chosen.contains_key(&col) {
            return natural.min(room);
        }
        natural.min(crowded(sheet.set.columns()[col].ty, room))
    }

    /// Columns at the left that stay: those that are frozen, as long as they leave a third of the room to the others.
    pub(super) fn n_staying(&self, sheet: &Sheet<'_>, room: usize) -> usize {
        let mut used = 0;
        let fits = |col: &&usize| {
            used += self.enough(sheet, **col, room) + GAP;
            used <= room * 2 / 3
        };
        sheet.columns.iter().take(sheet.frozen).take_while(fits).count()
    }

    /// The columns that are seen: those that stay, and the others from `left` on, each with its place and width. The last
    /// one may be cut.
    pub(super) fn placed(&self, sheet: &Sheet<'_>, left: usize, room: usize) -> Vec<Placed> {
        let staying = self.n_staying(sheet, room);
        let left = left.max(staying);
        let mut wanted = Vec::new();
        let mut total = 0;
        for view in (0..staying).chain(left..sheet.columns.len()) {
            let col = sheet.columns[view];
            let natural = self.natural(sheet, col);
            wanted.push((view, col, natural));
            total += natural + GAP;
            if total > room * 3 {
                break;
            }
        }
        let fits = staying == left && wanted.len() == sheet.columns.len() && total <= room + GAP;
        let mut placed: Vec<Placed> = Vec::new();
        let mut x = 0;
        for (view, col, natural) in wanted {
            let enough = if fits { natural } else { self.enough(sheet, col, room) };
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
    pub(super) fn is_seen(&self, sheet: &Sheet<'_>, left: usize, view: usize, room: usize) -> bool {
        let Some(col) = sheet.columns.get(view) else { return true };
        let enough = self.enough(sheet, *col, room);
        self.placed(sheet, left, room).iter().any(|it| it.view == view && it.width >= enough)
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

fn name_width(set: &ResultSet, col: usize) -> usize {
    text::width(&text::sanitize(&set.columns()[col].name))
}

fn measure(sheet: &Sheet<'_>, col: usize) -> usize {
    let n_rows = sheet.set.n_rows();
    let spread = n_rows.saturating_sub(SAMPLE_START).div_ceil(SAMPLE_SPREAD).max(1);
    let sample = (0..n_rows.min(SAMPLE_START)).chain((SAMPLE_START..n_rows).step_by(spread));
    let widest = sample.map(|row| cell_width(sheet, row, col)).max().unwrap_or(0);
    widest.max(name_width(sheet.set, col)).clamp(1, WIDEST)
}

fn cell_width(sheet: &Sheet<'_>, row: usize, col: usize) -> usize {
    match sheet.set.cell(row, col) {
        Cell::Datetime(ticks) if sheet.times.show != TimeShow::Relative => datetime_width(ticks),
        _ => match cell_text(sheet.set, row, col, WIDEST, sheet.times) {
            CellText::Null => 1,
            CellText::Text(text) => text::width(&text),
        },
    }
}
