//! The answer: rows in a grid, or in words why there are none.

mod arrangement;
mod columns;
mod draw;
mod rows;
mod view;
mod words;

use std::time::Duration;

use ratatui::layout::Rect;

use self::arrangement::Arrangement;
use self::columns::Widths;
use super::record::Record;
use crate::result::{Column, ResultSet, Truncation};
use crate::run::RunError;
use crate::tui::action::Action;

pub(in crate::tui) use draw::draw;
pub(in crate::tui) use rows::grouped;
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
    /// The cell under the cursor, as places among the rows and columns that are seen.
    row: usize,
    col: usize,
    /// First row and column that are seen.
    top: usize,
    left: usize,
    /// Rows that are seen at most.
    page: usize,
    pub(in crate::tui) record: Option<Record>,
    /// How the answer is looked at. A new answer starts with its grid.
    pub(in crate::tui) view: View,
    /// The columns of an answer of which no row has come: until one does, or the run ends, older rows stay.
    announced: Option<Vec<Column>>,
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

    /// A new answer takes the place of the old one.
    fn replace(&mut self, columns: Vec<Column>) {
        let page = self.page;
        let arranged = Arrangement::of(columns.len());
        let (content, set) = (Content::Rows(Arrival::Coming), ResultSet::new(columns));
        *self = Self { content, set, arranged, page, ..Self::default() };
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
            *self = Self { content: Content::StoppedEarly(after), page: self.page, ..Self::default() };
        }
    }

    /// Rows that had come stay; what happened is said over them.
    pub(in crate::tui) fn fail(&mut self, failure: Failure) {
        let error = &failure.error;
        if self.n_arrived() > 0 {
            let advice = error.advice.as_ref().map_or_else(String::new, |it| format!(". {it}"));
            let message = format!("{}{advice}", error.message);
            self.content = Content::Rows(Arrival::Broken(message));
        } else {
            *self = Self { content: Content::Failure(failure), page: self.page, ..Self::default() };
        }
    }

    /// Rows that have come.
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

    /// Takes an action of the grid.
    pub(in crate::tui) fn act(&mut self, action: Action) {
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
            Action::Open => self.record = Some(Record::new(self.row)),
            _ => {}
        }
        self.row = self.row.min(n_rows - 1);
        self.col = self.col.min(n_columns.saturating_sub(1));
    }

    /// Moves the cursor and the view together, so that nothing jumps.
    fn page_by(&mut self, by: isize) {
        self.row = self.row.saturating_add_signed(by);
        self.top = self.top.saturating_add_signed(by);
    }

    /// Takes an action of the open record.
    pub(in crate::tui) fn act_on_record(&mut self, action: Action) {
        let n_rows = self.n_view_rows();
        let Some(record) = &mut self.record else { return };
        match action {
            Action::PreviousRecord => record.show(record.row.saturating_sub(1)),
            Action::NextRecord => record.show((record.row.saturating_add(1)).min(n_rows.saturating_sub(1))),
            _ => record.scroll(action),
        }
        self.row = record.row;
    }

    /// The exact text of the cell under the cursor, or of the whole open record.
    pub(in crate::tui) fn copied(&self) -> Option<(String, String)> {
        if let Some(record) = &self.record {
            let row = self.row_of(record.row);
            let fields = self.set.columns().iter().enumerate();
            let lines: Vec<_> =
                fields.map(|(col, column)| format!("{}\t{}", column.name, self.set.cell(row, col).text())).collect();
            return (!lines.is_empty()).then(|| (lines.join("\n"), "the record".to_owned()));
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
        let n_rows = self.n_view_rows();
        self.page = usize::from(draw::grid_rows(area).height).max(1);
        self.top = self.top.min(self.row).max((self.row + 1).saturating_sub(self.page));
        self.top = self.top.min(n_rows.saturating_sub(self.page.min(n_rows)));
        let room = usize::from(area.width).saturating_sub(draw::row_number_width(self.n_rows()));
        self.left = self.left.min(self.col);
        let seen: Vec<usize> = (self.top..(self.top + self.page).min(n_rows)).map(|row| self.row_of(row)).collect();
        let columns = self.arranged.columns();
        self.widths.see(&self.set, columns, &seen, self.left, room);
        while self.left < self.col && !self.widths.is_seen(&self.set, columns, self.left, self.col, room) {
            self.left += 1;
        }
        let row = self.record.as_ref().map(|it| self.row_of(it.row));
        if let (Some(record), Some(row)) = (&mut self.record, row) {
            record.arrange(&self.set, row, area);
        }
    }
}
