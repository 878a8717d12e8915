//! Which rows and columns of the answer are seen, and in which order. The answer itself is never changed: what is seen
//! is told by places in it. Columns are arranged at once; rows are sorted and filtered by a worker, and what was seen
//! before stays until its answer is there.

use std::collections::HashSet;
use std::sync::Arc;

use super::marks::Marks;
use crate::result::{SortKey, Uniform};

/// How the text in the filter bar is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::tui) enum FilterKind {
    /// In any column that is seen, in upper or lower case.
    #[default]
    Text,
    Regex,
    /// A condition that the engine evaluates.
    Kql,
}

impl FilterKind {
    pub(in crate::tui) fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Regex => "regex",
            Self::Kql => "KQL",
        }
    }

    pub(super) fn next(self) -> Self {
        match self {
            Self::Text => Self::Regex,
            Self::Regex => Self::Kql,
            Self::Kql => Self::Text,
        }
    }
}

/// What rows must have to be seen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::tui) struct RowFilter {
    pub(in crate::tui) kind: FilterKind,
    pub(in crate::tui) text: String,
}

impl RowFilter {
    pub(in crate::tui) fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// What a worker is asked to do to the rows. Answers to older questions are dropped.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::tui) struct Arranging {
    pub(in crate::tui) revision: u64,
    /// The answer that is meant: each has a number of its own.
    pub(in crate::tui) answer: u64,
    pub(in crate::tui) sort: Vec<SortKey>,
    pub(in crate::tui) filter: RowFilter,
    /// The columns that a text is looked for in.
    pub(in crate::tui) columns: Vec<usize>,
    /// Only these rows, the ones that are marked.
    pub(in crate::tui) only: Option<Arc<Vec<u32>>>,
    /// Also say which columns are empty or constant.
    pub(in crate::tui) folding: bool,
    /// What `now()` means in a condition, in ticks.
    pub(in crate::tui) now: i64,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arranged {
    pub(in crate::tui) revision: u64,
    /// Rows of the answer when it was asked.
    pub(in crate::tui) n_rows: usize,
    /// The rows that are seen, from the top; `None` for all as they came.
    pub(in crate::tui) rows: Option<Arc<Vec<u32>>>,
    pub(in crate::tui) uniform: Option<Vec<Option<Uniform>>>,
    /// Why the filter could not be applied.
    pub(in crate::tui) fault: Option<String>,
}

/// The order and the choice of what is seen.
#[derive(Debug, Default)]
pub(super) struct Arrangement {
    /// The columns that are seen, from the left, by their place in the answer.
    columns: Vec<usize>,
    /// All columns in the order that the user gave them.
    order: Vec<usize>,
    hidden: HashSet<usize>,
    /// Columns that are empty or constant are not seen; which they are, once that is known.
    folding: bool,
    uniform: Vec<Option<Uniform>>,
    /// So many columns from the left stay where they are.
    frozen: usize,
    pub(super) sort: Vec<SortKey>,
    pub(super) filter: RowFilter,
    pub(super) marks: Marks,
    pub(super) only_marked: bool,
    /// The rows that are seen, from the top, by their place in the answer; `None` for all as they came.
    rows: Option<Arc<Vec<u32>>>,
    /// Counts the questions; the number of the one that was asked last, and the rows there were then.
    revision: u64,
    answer: u64,
    asked: u64,
    asked_rows: usize,
    under_way: bool,
    pub(super) fault: Option<String>,
}

impl Arrangement {
    /// Everything, as it came.
    pub(super) fn of(n_columns: usize) -> Self {
        let all: Vec<usize> = (0..n_columns).collect();
        Self { columns: all.clone(), order: all, ..Self::default() }
    }

    /// Everything of another answer, as it came. Numbers go on, so that what a worker finds out of the old one is dropped.
    pub(super) fn for_another(&self, n_columns: usize) -> Self {
        Self { revision: self.revision + 1, answer: self.answer + 1, asked: self.asked, ..Self::of(n_columns) }
    }

    /// The same columns in the same order for an answer of the same shape. What was filtered and marked was meant for
    /// the rows before.
    pub(super) fn for_new_rows(&mut self) -> Self {
        let mut kept = Self {
            answer: self.answer + 1,
            order: std::mem::take(&mut self.order),
            hidden: std::mem::take(&mut self.hidden),
            folding: self.folding,
            frozen: self.frozen,
            sort: std::mem::take(&mut self.sort),
            revision: self.revision + 1,
            asked: self.asked,
            ..Self::default()
        };
        kept.choose();
        kept
    }

    pub(super) fn columns(&self) -> &[usize] {
        &self.columns
    }

    pub(super) fn frozen(&self) -> usize {
        self.frozen.min(self.columns.len())
    }

    /// Rows that are seen of an answer that has so many.
    pub(super) fn n_rows(&self, n_rows: usize) -> usize {
        self.rows.as_ref().map_or(n_rows, |it| it.len())
    }

    /// The place in the answer of a row that is seen.
    pub(super) fn row_of(&self, view_row: usize) -> usize {
        self.rows.as_ref().map_or(view_row, |it| it.get(view_row).map_or(usize::MAX, |row| *row as usize))
    }

    /// Where a row of the answer is seen.
    pub(super) fn view_row_of(&self, row: usize) -> Option<usize> {
        match &self.rows {
            Some(rows) => rows.iter().position(|it| *it as usize == row),
            None => Some(row),
        }
    }

    pub(super) fn rows(&self) -> Option<Arc<Vec<u32>>> {
        self.rows.clone()
    }

    /// Rows are not as they came, or not all.
    pub(super) fn is_arranged(&self) -> bool {
        !self.sort.is_empty() || !self.filter.is_empty() || self.only_marked
    }

    /// The direction that rows are sorted by a column in, and its place among the columns that they are sorted by.
    pub(super) fn sorted_by(&self, col: usize) -> Option<(bool, usize)> {
        let at = self.sort.iter().position(|it| it.col == col)?;
        Some((self.sort[at].descending, at))
    }

    /// Sorts by a column alone, or by one more: upwards, then downwards, then as it came.
    pub(super) fn sort_by(&mut self, col: usize, also: bool) {
        let known = self.sorted_by(col);
        if !also {
            self.sort.retain(|it| it.col == col);
        }
        match known {
            None => self.sort.push(SortKey { col, descending: false }),
            Some((false, _)) => self.sort.iter_mut().filter(|it| it.col == col).for_each(|it| it.descending = true),
            Some((true, _)) => self.sort.retain(|it| it.col != col),
        }
        self.changed();
    }

    /// The question has become another one.
    pub(super) fn changed(&mut self) {
        self.revision += 1;
    }

    /// What a worker is to do now: once at a time while rows are coming, so that it never falls behind.
    pub(super) fn wanted(&mut self, n_rows: usize, now: i64) -> Option<Arranging> {
        let is_new = self.revision != self.asked;
        let has_grown = n_rows != self.asked_rows && !self.under_way && (self.is_arranged() || self.folding);
        if !is_new && !has_grown {
            return None;
        }
        (self.asked, self.asked_rows) = (self.revision, n_rows);
        if !self.is_arranged() && !self.folding {
            // Nothing has to be worked out; an answer that is still to come is of no use.
            (self.rows, self.fault, self.under_way) = (None, None, false);
            return None;
        }
        self.under_way = true;
        Some(Arranging {
            revision: self.revision,
            answer: self.answer,
            sort: self.sort.clone(),
            filter: self.filter.clone(),
            columns: self.columns.clone(),
            only: self.only_marked.then(|| Arc::new(self.marks.rows())),
            folding: self.folding,
            now,
        })
    }

    /// Takes an answer; false when it is to another question.
    pub(super) fn take(&mut self, arranged: Arranged) -> bool {
        if arranged.revision != self.asked || arranged.revision != self.revision {
            return false;
        }
        self.under_way = false;
        self.fault = arranged.fault;
        if self.fault.is_none() {
            self.rows = arranged.rows;
        }
        if let Some(uniform) = arranged.uniform {
            self.uniform = uniform;
            self.choose();
        }
        true
    }

    /// Leaves a column out; false when it is the only one.
    pub(super) fn hide(&mut self, view: usize) -> bool {
        let Some(col) = self.columns.get(view).copied().filter(|_| self.columns.len() > 1) else { return false };
        self.hidden.insert(col);
        self.frozen -= usize::from(view < self.frozen);
        self.choose();
        self.columns_changed();
        true
    }

    /// Makes a column seen that was left out, and says where it is.
    pub(super) fn reveal(&mut self, col: usize) -> Option<usize> {
        if self.hidden.remove(&col) || self.is_folded(col) {
            if let Some(uniform) = self.uniform.get_mut(col) {
                *uniform = None;
            }
            self.choose();
            self.columns_changed();
        }
        self.columns.iter().position(|it| *it == col)
    }

    /// All columns, in the order in which they came.
    pub(super) fn show_all(&mut self) {
        self.hidden.clear();
        self.order.sort_unstable();
        (self.folding, self.frozen) = (false, 0);
        self.choose();
        self.columns_changed();
    }

    /// Columns that the user has hidden, and those that are folded.
    pub(super) fn n_left_out(&self) -> (usize, usize) {
        let hidden = self.hidden.len();
        (hidden, self.order.len() - self.columns.len() - hidden)
    }

    pub(super) fn is_hidden(&self, col: usize) -> bool {
        self.hidden.contains(&col)
    }

    pub(super) fn is_folded(&self, col: usize) -> bool {
        self.folding && self.uniform.get(col).copied().flatten().is_some()
    }

    /// Folds columns that are empty or constant, or shows them again. Says which of the two.
    pub(super) fn toggle_folding(&mut self) -> bool {
        self.folding = !self.folding;
        self.uniform.clear();
        self.choose();
        self.columns_changed();
        self.folding
    }

    /// Moves a column by one place; says where it is now.
    pub(super) fn move_column(&mut self, view: usize, right: bool) -> usize {
        let other = if right { view + 1 } else { view.wrapping_sub(1) };
        let (Some(this), Some(that)) = (self.columns.get(view).copied(), self.columns.get(other).copied()) else {
            return view;
        };
        let place = |col: usize| self.order.iter().position(|it| *it == col).unwrap_or(0);
        let (from, to) = (place(this), place(that));
        let moved = self.order.remove(from);
        self.order.insert(to, moved);
        self.choose();
        other
    }

    /// Freezes the columns up to this one, or sets them free.
    pub(super) fn freeze(&mut self, view: usize) {
        self.frozen = if self.frozen == view + 1 { 0 } else { view + 1 };
    }

    fn choose(&mut self) {
        let seen = |col: &&usize| !self.hidden.contains(*col) && !self.is_folded(**col);
        let columns: Vec<usize> = self.order.iter().filter(seen).copied().collect();
        // A grid without columns shows nothing at all.
        self.columns = if columns.is_empty() { self.order.first().copied().into_iter().collect() } else { columns };
        self.frozen = self.frozen.min(self.columns.len());
    }

    /// A text is looked for in the columns that are seen.
    fn columns_changed(&mut self) {
        if self.folding || !self.filter.is_empty() {
            self.changed();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_left_out_moved_and_brought_back() {
        let mut arranged = Arrangement::of(4);
        arranged.freeze(1);
        assert!(arranged.hide(0));
        assert_eq!((arranged.columns(), arranged.frozen()), ([1, 2, 3].as_slice(), 1));
        assert_eq!(arranged.move_column(0, true), 1);
        assert_eq!(arranged.columns(), [2, 1, 3]);
        assert_eq!(arranged.move_column(0, false), 0);
        assert_eq!(arranged.reveal(0), Some(0));
        assert!(arranged.hide(1) && arranged.hide(1) && arranged.hide(1) && !arranged.hide(0));
        arranged.show_all();
        assert_eq!((arranged.columns(), arranged.n_left_out()), ([0, 1, 2, 3].as_slice(), (0, 0)));
    }

    #[test]
    fn a_column_is_sorted_by_upwards_then_downwards_then_not_at_all() {
        let mut arranged = Arrangement::of(3);
        arranged.sort_by(1, false);
        arranged.sort_by(2, true);
        arranged.sort_by(2, true);
        assert_eq!((arranged.sorted_by(1), arranged.sorted_by(2)), (Some((false, 0)), Some((true, 1))));
        arranged.sort_by(2, true);
        assert_eq!(arranged.sorted_by(2), None);
        arranged.sort_by(0, false);
        assert_eq!(arranged.sort, [SortKey { col: 0, descending: false }]);
    }

    #[test]
    fn only_the_answer_to_the_last_question_counts() {
        let mut arranged = Arrangement::of(1);
        assert_eq!(arranged.wanted(10, 0), None);
        arranged.sort_by(0, false);
        let first = arranged.wanted(10, 0).unwrap();
        arranged.sort_by(0, false);
        let second = arranged.wanted(10, 0).unwrap();
        let answer =
            |revision| Arranged { revision, n_rows: 10, rows: Some(Arc::new(vec![3])), uniform: None, fault: None };
        assert!(!arranged.take(answer(first.revision)));
        assert_eq!(arranged.n_rows(10), 10);
        assert!(arranged.take(answer(second.revision)));
        assert_eq!((arranged.n_rows(10), arranged.row_of(0), arranged.row_of(1)), (1, 3, usize::MAX));
        assert_eq!(arranged.wanted(10, 0), None);
        assert!(arranged.wanted(11, 0).is_some(), "more rows have come");
    }
}
