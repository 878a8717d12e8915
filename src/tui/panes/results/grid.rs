//! What keys do in the grid: moving, sorting, choosing columns, marking rows.

use std::sync::Arc;

use super::Results;
use super::arrangement::{Arranged, Arranging, FilterKind, RowFilter};
use super::bar::BarUse;
use super::rows::grouped;
use super::search::Searching;
use super::times::{TimeShow, Times};
use crate::config::Zone;
use crate::result::{Cell, Column, condition};
use crate::tui::action::Action;

/// Columns of the terminal by which a column gets wider or narrower at a time.
const STEP: isize = 4;

/// Everything that a menu of copying needs to know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::tui) struct CopyPlaces {
    pub(in crate::tui) row: u32,
    pub(in crate::tui) col: usize,
    pub(in crate::tui) columns: Vec<usize>,
    pub(in crate::tui) n_marked: usize,
    pub(in crate::tui) n_rows: usize,
}

impl Results {
    /// Takes an action of the grid, or of the line over it. Says what cannot be seen.
    pub(in crate::tui) fn act(&mut self, action: Action) -> Option<String> {
        if self.bar.is_some() {
            self.act_in_bar(action);
            return None;
        }
        if !self.shows_grid() {
            return None;
        }
        match action {
            Action::GridSort | Action::GridSortAlso => self.sort(action == Action::GridSortAlso),
            Action::GridFilter => self.open_bar(BarUse::Filter),
            Action::GridSearch => self.open_bar(BarUse::Search),
            Action::SearchNext | Action::SearchPrevious => return self.go_to_hit(action == Action::SearchNext),
            Action::HideColumn => return self.hide(),
            Action::ShowColumns => self.show_all(),
            Action::ColumnLeft | Action::ColumnRight => {
                self.col = self.arranged.move_column(self.col, action == Action::ColumnRight);
            }
            Action::FreezeColumns => self.arranged.freeze(self.col),
            Action::FitColumn => self.with_column(|it, col| it.widths.toggle_fit(col)),
            Action::FitColumns => self.widths.toggle_fit_all(),
            Action::NarrowerColumn => self.resize_column(-STEP),
            Action::WiderColumn => self.resize_column(STEP),
            Action::FoldColumns => self.fold(),
            Action::TimeDisplay => self.next_times(),
            Action::Mark => self.mark(),
            Action::MarkRange => self.mark_range(),
            Action::MarkAll => return Some(self.mark_all()),
            Action::ShowMarked => return self.show_marked(),
            Action::FilterLikeThis => return self.filter_like_this(),
            _ => self.move_cursor(action),
        }
        self.stay_inside();
        None
    }

    /// Moves the cursor, or opens the row that it is in.
    pub(super) fn move_cursor(&mut self, action: Action) {
        let (n_rows, n_columns, page) = (self.n_view_rows(), self.n_view_columns(), self.page.max(2) - 1);
        if n_rows == 0 {
            return;
        }
        match action {
            Action::Up => self.row = self.row.saturating_sub(1),
            Action::Down => self.row += 1,
            Action::PageUp => self.page_by(-(page as isize)),
            Action::PageDown => self.page_by(page as isize),
            Action::First => self.row = 0,
            Action::Last => self.row = n_rows - 1,
            Action::Left => self.col = self.col.saturating_sub(1),
            Action::Right => self.col += 1,
            Action::LineStart => self.col = 0,
            Action::LineEnd => self.col = n_columns.saturating_sub(1),
            Action::Open => self.open_record(),
            _ => {}
        }
        self.stay_inside();
    }

    /// Moves the cursor and the view together, so that nothing jumps.
    fn page_by(&mut self, by: isize) {
        self.row = self.row.saturating_add_signed(by);
        self.top = self.top.saturating_add_signed(by);
    }

    fn stay_inside(&mut self) {
        self.row = self.row.min(self.n_view_rows().saturating_sub(1));
        self.col = self.col.min(self.n_view_columns().saturating_sub(1));
    }

    fn resize_column(&mut self, by: isize) {
        let shown = self.shown_width();
        self.with_column(|it, col| it.widths.change(col, shown, by));
    }

    fn with_column(&mut self, change: impl FnOnce(&mut Self, usize)) {
        if let Some(col) = self.set_col() {
            change(self, col);
        }
    }

    fn sort(&mut self, also: bool) {
        if let Some(col) = self.set_col() {
            self.arranged.sort_by(col, also);
            (self.row, self.top) = (0, 0);
        }
    }

    fn hide(&mut self) -> Option<String> {
        if !self.arranged.hide(self.col) {
            return Some("The last column stays.".to_owned());
        }
        self.stay_inside();
        None
    }

    fn show_all(&mut self) {
        let col = self.set_col();
        self.arranged.show_all();
        self.widths.forget_choices();
        self.col = col.unwrap_or(0);
    }

    fn fold(&mut self) {
        let col = self.set_col();
        self.arranged.toggle_folding();
        self.keep_on(col);
    }

    /// Puts the cursor on a column of the answer, if it is seen.
    fn keep_on(&mut self, col: Option<usize>) {
        let view = col.and_then(|col| self.view_columns().iter().position(|it| *it == col));
        self.col = view.unwrap_or(self.col);
        self.stay_inside();
    }

    /// Goes to a column of the answer, which is shown if it was not.
    pub(in crate::tui) fn go_to_column(&mut self, col: usize) {
        if let Some(view) = self.arranged.reveal(col) {
            self.col = view;
        }
    }

    /// Every column of the answer, whether it is seen, and where the cursor is.
    pub(in crate::tui) fn columns_to_choose(&self) -> (Vec<(&Column, &'static str)>, usize) {
        let how = |col: usize| match (self.arranged.is_hidden(col), self.arranged.is_folded(col)) {
            (true, _) => "hidden",
            (_, true) => "folded",
            _ => "",
        };
        let columns = self.set.columns().iter().enumerate().map(|(col, it)| (it, how(col))).collect();
        (columns, self.set_col().unwrap_or(0))
    }

    pub(in crate::tui) fn next_times(&mut self) {
        self.times.turn();
        self.widths.measure_again();
    }

    /// How times are shown.
    pub(in crate::tui) fn times(&self) -> &Times {
        &self.times
    }

    /// True when the time of this place is to be shown and has not been read yet.
    pub(in crate::tui) fn wants_zone(&self) -> bool {
        self.times.show == TimeShow::Local && self.times.zone.is_none()
    }

    /// The time of this place was read; without it times are shown as they are.
    pub(in crate::tui) fn set_zone(&mut self, zone: Option<Arc<Zone>>) {
        if zone.is_none() && self.times.show == TimeShow::Local {
            self.times.show = TimeShow::Utc;
        }
        self.times.zone = zone;
        self.widths.measure_again();
    }

    fn mark(&mut self) {
        if self.row < self.n_view_rows() {
            self.arranged.marks.toggle(self.row_of(self.row));
            self.row += 1;
            self.marks_changed();
        }
    }

    /// Marks all rows from the one that was marked last to this one, as they are seen.
    fn mark_range(&mut self) {
        let Some(from) = self.arranged.marks.last().and_then(|it| self.arranged.view_row_of(it)) else {
            return self.mark();
        };
        let (first, last) = (from.min(self.row), from.max(self.row).min(self.n_view_rows().saturating_sub(1)));
        for view in first..=last {
            let row = self.row_of(view);
            self.arranged.marks.set(row, true);
        }
        let row = self.row_of(self.row);
        self.arranged.marks.set_last(row);
        self.marks_changed();
    }

    /// Marks all rows that are seen; when they are all marked, none.
    fn mark_all(&mut self) -> String {
        let rows: Vec<usize> = (0..self.n_view_rows()).map(|it| self.row_of(it)).collect();
        if rows.iter().all(|it| self.arranged.marks.has(*it)) {
            self.arranged.marks.clear();
        } else {
            for row in rows {
                self.arranged.marks.set(row, true);
            }
        }
        self.marks_changed();
        match self.n_marked() {
            0 => "No row is marked.".to_owned(),
            1 => "1 row is marked.".to_owned(),
            n => format!("{} rows are marked.", grouped(n as i64)),
        }
    }

    fn show_marked(&mut self) -> Option<String> {
        if self.n_marked() == 0 && !self.arranged.only_marked {
            return Some("No row is marked.".to_owned());
        }
        self.arranged.only_marked = !self.arranged.only_marked;
        self.arranged.changed();
        None
    }

    fn marks_changed(&mut self) {
        if self.arranged.only_marked {
            self.arranged.only_marked = self.n_marked() > 0;
            self.arranged.changed();
        }
    }

    pub(in crate::tui) fn n_marked(&self) -> usize {
        self.arranged.marks.len()
    }

    /// The cell under the cursor with its column; `None` when no row is seen.
    pub(in crate::tui) fn cell(&self) -> Option<(&Column, Cell<'_>)> {
        if !self.shows_grid() || self.n_view_rows() == 0 {
            return None;
        }
        let col = self.set_col()?;
        Some((self.set.columns().get(col)?, self.set.cell(self.row_of(self.row), col)))
    }

    /// True when no other column of the answer has this name, so that a condition can mean it.
    pub(in crate::tui) fn is_only_name(&self, name: &str) -> bool {
        self.set.columns().iter().filter(|it| it.name == name).count() == 1
    }

    /// Only rows whose value in this column is this one: as a condition, so that it can be changed, and joined to one
    /// that is there.
    fn filter_like_this(&mut self) -> Option<String> {
        let (column, cell) = self.cell()?;
        if !self.is_only_name(&column.name) {
            return Some(format!("Two columns are called {}: a condition cannot say which is meant.", column.name));
        }
        let new = condition(column, cell, true);
        self.filter_by(new);
        None
    }

    /// Shows only rows that fulfil a condition in KQL, beside one that is there already.
    pub(in crate::tui) fn filter_by(&mut self, new: String) {
        let old = &self.arranged.filter;
        let text = match old.kind {
            FilterKind::Kql if old.is_empty() || old.text.contains(&new) => new.clone(),
            FilterKind::Kql => format!("{} and {new}", bracketed(old.text.trim())),
            _ => new.clone(),
        };
        let filter = RowFilter { kind: FilterKind::Kql, text };
        self.last_filter = filter.clone();
        self.set_filter(filter);
    }

    /// Takes the filter away; false when there is none.
    pub(in crate::tui) fn unfilter(&mut self) -> bool {
        let was_on = !self.arranged.filter.is_empty() || self.arranged.only_marked;
        if was_on {
            self.arranged.only_marked = false;
            self.arranged.filter = RowFilter::default();
            self.arranged.changed();
        }
        was_on
    }

    pub(in crate::tui) fn copy_places(&self) -> Option<CopyPlaces> {
        let (row, col) = (self.row_of(self.row), self.set_col()?);
        (self.shows_grid() && self.n_view_rows() > 0).then(|| CopyPlaces {
            row: row as u32,
            col,
            columns: self.view_columns().to_vec(),
            n_marked: self.n_marked(),
            n_rows: self.n_view_rows(),
        })
    }

    /// The rows that are seen from the top, by their place in the answer; `None` for all as they came.
    pub(in crate::tui) fn view_rows(&self) -> Option<Arc<Vec<u32>>> {
        self.arranged.rows()
    }

    /// The marked rows in the order in which they are seen, then those that are not.
    pub(in crate::tui) fn marked_rows(&self) -> Vec<u32> {
        let marks = &self.arranged.marks;
        let Some(rows) = self.arranged.rows() else { return marks.rows() };
        let mut out: Vec<u32> = rows.iter().copied().filter(|it| marks.has(*it as usize)).collect();
        if out.len() < marks.len() {
            let seen: std::collections::HashSet<u32> = out.iter().copied().collect();
            out.extend(marks.rows().into_iter().filter(|it| !seen.contains(it)));
        }
        out
    }

    /// What `now()` means for rows that come now, in ticks.
    pub(in crate::tui) fn set_now(&mut self, now: i64) {
        self.times.now = now;
    }

    /// What a worker has to sort and filter now.
    pub(in crate::tui) fn arranging(&mut self) -> Option<Arranging> {
        if !self.shows_grid() {
            return None;
        }
        self.arranged.wanted(self.set.n_rows(), self.times.now)
    }

    /// What a worker has to look for now.
    pub(in crate::tui) fn searching(&mut self) -> Option<Searching> {
        let columns = self.arranged.columns();
        self.search.question(self.set.n_rows(), columns)
    }

    /// A worker has sorted and filtered. The cursor stays on its row, if that is still seen.
    pub(in crate::tui) fn arranged(&mut self, arranged: Arranged) -> bool {
        let (row, col, at_top) = (self.row_of(self.row), self.set_col(), self.row == 0);
        if !self.arranged.take(arranged) {
            return false;
        }
        self.row = if at_top { 0 } else { self.arranged.view_row_of(row).unwrap_or(0) };
        self.keep_on(col);
        true
    }
}

fn bracketed(condition: &str) -> String {
    let lower = condition.to_ascii_lowercase();
    if lower.contains(" or ") { format!("({condition})") } else { condition.to_owned() }
}
