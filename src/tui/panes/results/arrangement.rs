//! Which rows and columns of the answer are seen, and in which order. The answer itself is never changed: what is seen
//! is told by places in it.

use std::sync::Arc;

/// The order and the choice of what is seen.
#[derive(Debug, Default)]
pub(super) struct Arrangement {
    /// The columns that are seen, from the left, by their place in the answer.
    columns: Vec<usize>,
    /// The rows that are seen, from the top, by their place in the answer; `None` for all as they came.
    rows: Option<Arc<Vec<u32>>>,
}

impl Arrangement {
    /// Everything, as it came.
    pub(super) fn of(n_columns: usize) -> Self {
        Self { columns: (0..n_columns).collect(), rows: None }
    }

    pub(super) fn columns(&self) -> &[usize] {
        &self.columns
    }

    /// Rows that are seen of an answer that has so many.
    pub(super) fn n_rows(&self, n_rows: usize) -> usize {
        self.rows.as_ref().map_or(n_rows, |it| it.len())
    }

    /// The place in the answer of a row that is seen.
    pub(super) fn row_of(&self, view_row: usize) -> usize {
        self.rows.as_ref().map_or(view_row, |it| it.get(view_row).map_or(usize::MAX, |row| *row as usize))
    }
}
