//! Looking for a text in the rows that are seen: every place that has it is marked, and one goes from one to the next.

use std::ops::Range;
use std::sync::Arc;

use super::Results;
use super::arrangement::{FilterKind, RowFilter};
use super::rows::grouped;
use crate::result::{Matcher, Pattern};

/// What is looked for, and where it is.
#[derive(Debug, Clone, Default)]
pub(in crate::tui) struct Search {
    wanted: RowFilter,
    matcher: Option<Matcher>,
    pub(super) fault: Option<String>,
    /// The rows of the answer that have it, from the first to the last, once a worker has found them.
    rows: Option<Arc<Vec<u32>>>,
    revision: u64,
    asked: u64,
    /// Rows of the answer when it was asked.
    asked_rows: usize,
    /// As soon as it is known where it is, the cursor goes to the first place from this row on.
    pub(super) jump_from: Option<usize>,
}

/// What a worker is asked to find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) struct Searching {
    pub(in crate::tui) revision: u64,
    pub(in crate::tui) pattern: Pattern,
    pub(in crate::tui) columns: Vec<usize>,
}

impl Search {
    pub(super) fn is_on(&self) -> bool {
        self.matcher.is_some()
    }

    /// Nothing is looked for any more; what a worker still finds is dropped.
    pub(super) fn ended(&self) -> Self {
        Self { revision: self.revision + 1, ..Self::default() }
    }

    pub(super) fn wanted(&self) -> RowFilter {
        self.wanted.clone()
    }

    /// What a worker has to find now; the same again when rows have come since.
    pub(super) fn question(&mut self, n_rows: usize, columns: &[usize]) -> Option<Searching> {
        let is_answered = self.asked == self.revision && self.asked_rows == n_rows;
        if is_answered || self.matcher.is_none() || self.asked == self.revision && self.rows.is_none() {
            return None;
        }
        (self.asked, self.asked_rows) = (self.revision, n_rows);
        let pattern = pattern(&self.wanted);
        Some(Searching { revision: self.revision, pattern, columns: columns.to_vec() })
    }

    /// How many rows have it.
    pub(super) fn words(&self) -> String {
        match &self.rows {
            _ if self.matcher.is_none() => String::new(),
            None => "…".to_owned(),
            Some(rows) => match rows.len() {
                0 => "not found".to_owned(),
                1 => "in 1 row".to_owned(),
                n => format!("in {} rows", grouped(n as i64)),
            },
        }
    }

    /// Where in a shown text it stands.
    pub(super) fn places(&self, shown: &str) -> Vec<Range<usize>> {
        self.matcher.as_ref().map_or_else(Vec::new, |it| it.places(shown))
    }
}

fn pattern(wanted: &RowFilter) -> Pattern {
    match wanted.kind {
        FilterKind::Regex => Pattern::Regex(wanted.text.clone()),
        FilterKind::Text | FilterKind::Kql => Pattern::Text(wanted.text.clone()),
    }
}

impl Results {
    pub(super) fn set_search(&mut self, wanted: RowFilter) {
        let search = &mut self.search;
        if search.wanted == wanted && (search.is_on() || wanted.text.is_empty()) {
            return;
        }
        search.revision += 1;
        (search.rows, search.fault, search.matcher) = (None, None, None);
        if !wanted.text.is_empty() {
            match Matcher::new(&pattern(&wanted)) {
                Ok(matcher) => search.matcher = Some(matcher),
                Err(words) => search.fault = Some(words),
            }
        }
        search.wanted = wanted;
    }

    /// Marks nothing any more; false when nothing was marked.
    pub(in crate::tui) fn stop_searching(&mut self) -> bool {
        let was_on = self.search.is_on();
        self.search = self.search.ended();
        was_on
    }

    /// A worker has found the rows.
    pub(in crate::tui) fn found(&mut self, revision: u64, rows: Arc<Vec<u32>>) -> bool {
        if revision != self.search.revision {
            return false;
        }
        self.search.rows = Some(rows);
        if let Some(from) = self.search.jump_from.take() {
            self.row = from.min(self.n_view_rows().saturating_sub(1));
            if !self.is_hit(self.row, self.col) {
                self.go_to_hit(true);
            }
        }
        true
    }

    fn is_hit(&self, view_row: usize, view_col: usize) -> bool {
        let Some(col) = self.view_columns().get(view_col) else { return false };
        let cell = self.set.cell(self.row_of(view_row), *col);
        self.search.matcher.as_ref().is_some_and(|it| it.is_in(cell))
    }

    /// The first or last place in a row, if it has one.
    fn hit_in(&self, view_row: usize, cols: Range<usize>, forward: bool) -> Option<usize> {
        let row = self.row_of(view_row) as u32;
        self.search.rows.as_ref()?.binary_search(&row).ok()?;
        let mut cols = cols.into_iter();
        if forward {
            cols.find(|col| self.is_hit(view_row, *col))
        } else {
            cols.rfind(|col| self.is_hit(view_row, *col))
        }
    }

    /// Goes to the next place, or the one before; behind the last one comes the first. Says what happened where that
    /// cannot be seen.
    pub(in crate::tui) fn go_to_hit(&mut self, forward: bool) -> Option<String> {
        if !self.search.is_on() {
            return Some("Nothing is looked for.".to_owned());
        }
        let Some(hits) = self.search.rows.clone() else {
            self.search.jump_from = Some(self.row);
            return None;
        };
        let (n_rows, n_cols) = (self.n_view_rows(), self.n_view_columns());
        if hits.is_empty() || n_rows == 0 {
            return Some(format!("'{}' is in none of the rows that are seen.", self.search.wanted.text));
        }
        let here = if forward { self.col + 1..n_cols } else { 0..self.col };
        if let Some(col) = self.hit_in(self.row, here, forward) {
            self.col = col;
            return None;
        }
        for step in 1..=n_rows {
            let row = if forward { (self.row + step) % n_rows } else { (self.row + n_rows - step % n_rows) % n_rows };
            if let Some(col) = self.hit_in(row, 0..n_cols, forward) {
                let wrapped = if forward { row <= self.row } else { row >= self.row };
                (self.row, self.col) = (row, col);
                return wrapped
                    .then(|| if forward { "From the top again." } else { "From the bottom again." }.to_owned());
            }
        }
        Some(format!("'{}' is in none of the rows that are seen.", self.search.wanted.text))
    }
}
