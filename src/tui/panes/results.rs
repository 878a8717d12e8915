//! The answer: rows in a grid, or in words why there are none.

mod arrangement;
mod bar;
mod chart;
mod columns;
mod difference;
mod draw;
mod figures;
mod grid;
mod groups;
mod marks;
mod mouse;
mod older;
mod pivot;
mod profile;
mod rows;
mod search;
mod times;
mod view;
mod words;

use std::time::Duration;

use ratatui::layout::Rect;

use self::arrangement::{Arrangement, RowFilter};
use self::bar::Bar;
use self::columns::{Sheet, Widths};
pub(in crate::tui) use self::older::Older;
use self::older::Origin;
use self::search::Search;
pub(in crate::tui) use self::times::Times;
use super::record::Record;
use crate::kql::Render;
use crate::result::{Column, ResultSet, Truncation};
use crate::run::RunError;
use crate::tui::action::Action;
use crate::tui::chart::Spec;

pub use arrangement::Arranged;
pub(in crate::tui) use arrangement::{Arranging, FilterKind};
pub(in crate::tui) use chart::{Asked, Chart};
pub(in crate::tui) use difference::DifferenceView;
pub(in crate::tui) use draw::draw;
pub(in crate::tui) use groups::GroupsView;
pub(in crate::tui) use pivot::PivotView;
pub(in crate::tui) use profile::ProfileView;
pub(in crate::tui) use rows::grouped;
pub(in crate::tui) use search::Searching;
pub(in crate::tui) use view::View;
pub(in crate::tui) use words::sentence;

/// What the pane shows.
#[derive(Debug, Default)]
pub(in crate::tui) enum Content {
    /// Nothing was run yet.
    #[default]
    Nothing,
    Rows(Arrival),
    /// Stopped before there was a column.
    StoppedEarly(Duration),
    Failure(Failure),
}

/// A run that failed, in words.
#[derive(Debug)]
pub(in crate::tui) struct Failure {
    pub(in crate::tui) error: RunError,
    /// For each of its diagnostics the line of the editor, counted from 1.
    pub(in crate::tui) lines: Vec<usize>,
}

/// How complete the rows are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) enum Arrival {
    Coming,
    Complete {
        truncation: Option<Truncation>,
        notes: Vec<String>,
    },
    /// The run was stopped after this long, or failed with this.
    Stopped(Duration),
    Broken(String),
}

/// The result pane: the rows, and which of them are seen.
#[derive(Debug, Default)]
pub(in crate::tui) struct Results {
    pub(in crate::tui) content: Content,
    pub(in crate::tui) set: ResultSet,
    arranged: Arrangement,
    widths: Widths,
    times: Times,
    /// The open line over the grid.
    pub(in crate::tui) bar: Option<Bar>,
    search: Search,
    /// The filter that was in force last: it is offered again.
    last_filter: RowFilter,
    /// The cell under the cursor, as places among the rows and columns that are seen.
    row: usize,
    col: usize,
    /// First row and column that are seen.
    top: usize,
    left: usize,
    /// Rows that are seen at most, and columns of the terminal for all columns.
    page: usize,
    room: usize,
    pub(in crate::tui) record: Option<Record>,
    /// How the answer is looked at. A new answer starts with its grid.
    pub(in crate::tui) view: View,
    /// The answer before this one.
    pub(in crate::tui) older: Option<Older>,
    /// Where these rows come from, and those that come next.
    origin: Origin,
    next_origin: Option<Origin>,
    /// The columns of an answer of which no row has come: until one does, or the run ends, older rows stay.
    announced: Option<Vec<Column>>,

    /// How the query asks for its rows to be drawn.
    pub(in crate::tui) render: Option<Render>,
    /// The chart that was drawn of the answer before, of these columns: asked again, the same query is drawn the same.
    drawn_before: Option<(Spec, Vec<Column>)>,
    /// The rows are those that were kept of an old run: which.
    kept: Option<String>,
}

impl Results {
    /// The columns of a new answer are known. Rows that are shown stay until its first ones come.
    pub(in crate::tui) fn begin(&mut self, columns: Vec<Column>) {
        if self.shows_grid() { self.announced = Some(columns) } else { self.replace(columns) }
    }

    /// The column under the cursor.
    pub(in crate::tui) fn column(&self) -> Option<Column> {
        self.set.columns().get(self.set_col()?).filter(|_| self.shows_grid()).cloned()
    }

    /// A new answer takes the place of the old one. One with the same columns is shown in the same way; what was filtered,
    /// looked for and marked was meant for the rows before.
    fn replace(&mut self, columns: Vec<Column>) {
        let is_same = !columns.is_empty() && self.set.columns() == columns.as_slice();
        let (older, origin) = (self.retire(), self.next_origin.take().unwrap_or_default());
        let drawn_before = self.drawn();
        let old = std::mem::take(self);
        let (mut old_arranged, col) = (old.arranged, old.col);
        *self = Self {
            content: Content::Rows(Arrival::Coming),
            arranged: if is_same { old_arranged.for_new_rows() } else { old_arranged.for_another(columns.len()) },
            search: old.search.ended(),
            widths: if is_same { old.widths.for_new_rows() } else { Widths::default() },
            col: if is_same { col } else { 0 },
            left: if is_same { old.left } else { 0 },
            set: ResultSet::new(columns),
            times: old.times,
            last_filter: old.last_filter,
            older,
            drawn_before,
            origin,
            page: old.page,
            ..Self::default()
        };
    }

    /// The chart that is seen, and of which columns it is.
    fn drawn(&self) -> Option<(Spec, Vec<Column>)> {
        let View::Chart(chart) = &self.view else { return None };
        (!chart.is_asked).then(|| (chart.spec.clone(), self.set.columns().to_vec()))
    }

    /// The chart that was seen of the answer before, if this one has the same columns.
    pub(in crate::tui) fn drawn_before(&mut self) -> Option<Spec> {
        let (spec, columns) = self.drawn_before.take()?;
        (columns == self.set.columns()).then_some(spec)
    }

    /// Takes the place of the old answer with the one that was announced, if there is one.
    fn replace_by_announced(&mut self) {
        if let Some(columns) = self.announced.take() {
            self.replace(columns);
        }
    }

    /// Where rows of the answer that was begun last go: from now on it is shown. `None` when none is awaited.
    pub(in crate::tui) fn receiving(&mut self) -> Option<&mut ResultSet> {
        self.replace_by_announced();
        self.is_coming().then_some(&mut self.set)
    }

    pub(in crate::tui) fn rows_arrived(&mut self) {
        self.widths.rows_arrived(self.set.n_rows());
    }

    /// True when what is shown is the answer to the run that is under way.
    pub(in crate::tui) fn is_coming(&self) -> bool {
        matches!(self.content, Content::Rows(Arrival::Coming)) && self.announced.is_none()
    }

    /// Rows that have come from the run under way.
    pub(in crate::tui) fn n_arrived(&self) -> usize {
        if self.is_coming() { self.n_rows() } else { 0 }
    }

    /// The run under way was given up for another one after this long: its rows are marked as not all.
    pub(in crate::tui) fn give_up(&mut self, after: Duration) {
        if self.is_coming() {
            self.content = Content::Rows(Arrival::Stopped(after));
        }
        self.announced = None;
    }

    pub(in crate::tui) fn finish(&mut self, truncation: Option<Truncation>, notes: Vec<String>) {
        self.replace_by_announced();
        if !matches!(self.content, Content::Rows(Arrival::Coming)) {
            // An answer without columns is an empty one, never what was shown before.
            self.replace(Vec::new());
        }
        self.set.truncation.clone_from(&truncation);
        self.content = Content::Rows(Arrival::Complete { truncation, notes });
    }

    pub(in crate::tui) fn stop(&mut self, after: Duration) {
        self.replace_by_announced();
        if matches!(self.content, Content::Rows(Arrival::Coming)) {
            self.content = Content::Rows(Arrival::Stopped(after));
        } else {
            self.clear(Content::StoppedEarly(after));
        }
    }

    /// Shows rows that were found before, whole as they were kept.
    pub(in crate::tui) fn show(&mut self, found: &ResultSet, notes: Vec<String>) {
        self.replace(found.columns().to_vec());
        self.set = found.clone();
        self.rows_arrived();
        self.content = Content::Rows(Arrival::Complete { truncation: found.truncation.clone(), notes });
    }

    /// Rows that had come stay; what happened is said over them.
    pub(in crate::tui) fn fail(&mut self, failure: Failure) {
        let error = &failure.error;
        if self.n_arrived() > 0 {
            let advice = error.advice.as_ref().map_or_else(String::new, |it| format!(". {it}"));
            let message = format!("{}{advice}", error.message);
            self.content = Content::Rows(Arrival::Broken(message));
        } else {
            self.clear(Content::Failure(failure));
        }
    }

    /// Shows this and no rows.
    fn clear(&mut self, content: Content) {
        let older = self.retire_any();
        let old = std::mem::take(self);
        let (arranged, search) = (old.arranged.for_another(0), old.search.ended());
        let (times, last_filter, page) = (old.times, old.last_filter, old.page);
        *self = Self { content, arranged, search, times, last_filter, older, page, ..Self::default() };
    }

    /// True when the rows are all that the query finds.
    pub(in crate::tui) fn is_whole(&self) -> bool {
        matches!(&self.content, Content::Rows(Arrival::Complete { truncation: None, .. }))
    }

    /// Shows the rows of an old answer, and says of which.
    pub(in crate::tui) fn reopen(&mut self, set: ResultSet, of: String) {
        self.replace(set.columns().to_vec());
        let truncation = set.truncation.clone();
        self.set = set;
        self.rows_arrived();
        self.kept = Some(of);
        self.content = Content::Rows(Arrival::Complete { truncation, notes: Vec::new() });
    }

    pub(in crate::tui) fn n_rows(&self) -> usize {
        self.set.n_rows()
    }

    /// Rows that are seen: fewer than have come when some are filtered out.
    pub(in crate::tui) fn n_view_rows(&self) -> usize {
        self.arranged.n_rows(self.set.n_rows())
    }

    /// The place in the answer of a row that is seen, counted from the top.
    pub(in crate::tui) fn row_of(&self, view_row: usize) -> usize {
        self.arranged.row_of(view_row)
    }

    /// The columns that are seen from the left, by their place in the answer.
    pub(in crate::tui) fn view_columns(&self) -> &[usize] {
        self.arranged.columns()
    }

    /// What widths depend on.
    fn sheet(&self) -> Sheet<'_> {
        Sheet {
            set: &self.set,
            columns: self.arranged.columns(),
            frozen: self.arranged.frozen(),
            times: &self.times,
            sort: &self.arranged.sort,
        }
    }

    /// Scrolls no further to the right than is needed to see the column under the cursor. From there it is looked for to
    /// the left, so that it does not matter how many columns lie between.
    fn scroll_to_column(&mut self, staying: usize, room: usize) {
        let is_seen = |left| self.widths.is_seen(&self.sheet(), left, self.col, room);
        if self.col < staying || self.left >= self.col || is_seen(self.left) {
            return;
        }
        let mut left = self.col;
        while left > self.left + 1 && is_seen(left - 1) {
            left -= 1;
        }
        self.left = left;
    }

    /// How wide the column under the cursor is on the screen.
    fn shown_width(&self) -> usize {
        let placed = self.widths.placed(&self.sheet(), self.left, self.room);
        placed.iter().find(|it| it.view == self.col).map_or(0, |it| it.width)
    }

    /// Goes to a row of the answer, if it is seen, and opens it.
    pub(in crate::tui) fn open_row(&mut self, row: usize) {
        if let Some(place) = self.arranged.view_row_of(row) {
            self.row = place;
            self.record = Some(Record::new(place));
        }
    }

    /// The place in the answer of the column under the cursor.
    pub(in crate::tui) fn cursor_column(&self) -> Option<usize> {
        self.set_col().filter(|_| self.shows_grid())
    }

    /// The place in the answer of the column under the cursor.
    fn set_col(&self) -> Option<usize> {
        self.view_columns().get(self.col).copied()
    }

    /// True when there is something for the grid to show.
    pub(in crate::tui) fn shows_grid(&self) -> bool {
        matches!(self.content, Content::Rows(_)) && self.n_rows() > 0 && !self.set.columns().is_empty()
    }

    fn n_view_columns(&self) -> usize {
        self.view_columns().len()
    }

    fn open_record(&mut self) {
        self.record = Some(Record::new(self.row));
    }

    /// Takes an action of the open record.
    pub(in crate::tui) fn act_on_record(&mut self, action: Action) {
        let n_rows = self.n_view_rows();
        let Some(record) = &mut self.record else { return };
        match action {
            Action::PreviousRecord => record.show(record.row.saturating_sub(1)),
            Action::NextRecord => record.show((record.row.saturating_add(1)).min(n_rows.saturating_sub(1))),
            _ => record.act(action),
        }
        self.row = record.row;
    }

    /// The exact text of the cell under the cursor, or of the whole open record.
    pub(in crate::tui) fn copied(&self) -> Option<(String, String)> {
        if let Some(record) = &self.record {
            return record.value(&self.set);
        }
        match &self.view {
            View::Grid => {}
            View::Pack => return None,
            View::Profile(it) => return it.copied(&self.set),
            View::Groups(it) => return it.copied(&self.set),
            View::Pivot(it) => return it.copied(&self.set),
            View::Difference(it) => return it.copied(&self.set, self.compared_with()?.set.as_ref()),
            View::Chart(it) => return it.copied(),
        }
        let (row, col) = (self.row_of(self.row), self.set_col()?);
        let column = self.set.columns().get(col).filter(|_| self.n_view_rows() > 0)?;
        Some((self.set.cell(row, col).text().into_owned(), column.name.clone()))
    }

    /// Brings the cursor into view.
    pub(in crate::tui) fn arrange(&mut self, area: Rect) {
        if area.is_empty() {
            return;
        }
        let (area, record_area) = if self.record.is_some() { draw::split_record(area) } else { (area, area) };
        match &mut self.view {
            View::Grid | View::Pack => {}
            View::Profile(it) => it.arrange(area),
            View::Groups(it) => it.arrange(area),
            View::Pivot(it) => it.arrange(&self.set, area),
            View::Difference(it) => it.arrange(area),
            View::Chart(it) => {
                it.show_times(&self.times);
                it.arrange(area);
            }
        }
        let n_rows = self.n_view_rows();
        self.page = usize::from(draw::grid_rows(area, self.bar.is_some()).height).max(1);
        self.row = self.row.min(n_rows.saturating_sub(1));
        self.top = self.top.min(self.row).max((self.row + 1).saturating_sub(self.page));
        self.top = self.top.min(n_rows.saturating_sub(self.page.min(n_rows)));
        let room = usize::from(area.width).saturating_sub(draw::row_number_width(self.n_rows()));
        let staying = self.widths.n_staying(&self.sheet(), room);
        if self.col >= staying {
            self.left = self.left.min(self.col).max(staying);
        }
        self.room = room;
        let seen: Vec<usize> = (self.top..(self.top + self.page).min(n_rows)).map(|row| self.row_of(row)).collect();
        self.widths.see(&self.sheet(), &seen, self.left, room);
        self.scroll_to_column(staying, room);
        let row = self.record.as_ref().map(|it| self.row_of(it.row));
        if let (Some(record), Some(row)) = (&mut self.record, row) {
            record.arrange(&self.set, row, record_area);
        }
    }
}
