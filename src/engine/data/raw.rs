//! A text file as rows of cells, before their types are known.

use std::collections::HashMap;
use std::ops::Range;

use super::cell::Cell;
use crate::kql::ScalarType;

/// More columns than this in one file are not kept: a file whose every row has other keys must not fill the memory.
const COLUMN_LIMIT: usize = 16_384;

/// Columns of which every file may have so many, and cells (filled or not) beyond which a file gets no further column:
/// each row of a file can bring columns that no other row has, and every column is kept for every row.
const FREE_COLUMNS: usize = 1_024;
const CELLS_BEFORE_A_NEW_COLUMN: usize = 8 << 20;

/// Rows of a batch; the engine's own batches are of this size.
const BATCH_ROWS: usize = 32_768;

/// Text of a batch, kept well below the two gigabytes that a string array can hold.
const BATCH_BYTES: usize = 256 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Null,
    False,
    True,
    Number,
    Text,
    Nested,
}

/// One column: all texts in one string, and where each ends.
#[derive(Debug)]
pub(super) struct RawColumn {
    pub(super) name: String,
    /// The type that the file itself states, as answers of the hunting services do.
    pub(super) declared: Option<ScalarType>,
    kinds: Vec<Kind>,
    ends: Vec<usize>,
    text: String,
}

impl RawColumn {
    fn new(name: String) -> Self {
        Self { name, declared: None, kinds: Vec::new(), ends: Vec::new(), text: String::new() }
    }

    fn push(&mut self, cell: Cell<'_>) {
        let (kind, text) = match cell {
            Cell::Null => (Kind::Null, ""),
            Cell::Bool(false) => (Kind::False, ""),
            Cell::Bool(true) => (Kind::True, ""),
            Cell::Number(text) => (Kind::Number, text),
            Cell::Text(text) => (Kind::Text, text),
            Cell::Nested(text) => (Kind::Nested, text),
        };
        self.text.push_str(text);
        self.kinds.push(kind);
        self.ends.push(self.text.len());
    }

    fn fill(&mut self, rows: usize) {
        self.kinds.resize(rows, Kind::Null);
        self.ends.resize(rows, self.text.len());
    }

    fn truncate(&mut self, rows: usize) {
        self.kinds.truncate(rows);
        self.ends.truncate(rows);
        self.text.truncate(self.ends.last().copied().unwrap_or(0));
    }

    pub(super) fn cell(&self, row: usize) -> Cell<'_> {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        let text = &self.text[start..self.ends[row]];
        match self.kinds[row] {
            Kind::Null => Cell::Null,
            Kind::False => Cell::Bool(false),
            Kind::True => Cell::Bool(true),
            Kind::Number => Cell::Number(text),
            Kind::Text => Cell::Text(text),
            Kind::Nested => Cell::Nested(text),
        }
    }

    pub(super) fn cells(&self, rows: Range<usize>) -> impl Iterator<Item = Cell<'_>> {
        rows.map(|row| self.cell(row))
    }

    pub(super) fn len(&self) -> usize {
        self.kinds.len()
    }
}

/// All rows of one file. Rows are written one at a time: `begin`, `set` for each cell, then `commit` or `abort`.
#[derive(Debug, Default)]
pub(super) struct RawTable {
    /// The file itself tells numbers and truth values from texts, as JSON does and delimited files do not.
    pub(super) typed: bool,
    columns: Vec<RawColumn>,
    by_name: HashMap<String, usize>,
    lines: Vec<u64>,
    /// The rows after which a batch ends.
    cuts: Vec<usize>,
    batch_bytes: usize,
    /// Of the row being written: its columns so far, and how many columns there were before it.
    touched: Vec<usize>,
    columns_before: usize,
    refused_columns: u64,
}

impl RawTable {
    pub(super) fn rows(&self) -> usize {
        self.lines.len()
    }

    pub(super) fn columns(&self) -> &[RawColumn] {
        &self.columns
    }

    /// The line that a row began on; `None` where the file's lines say nothing.
    pub(super) fn line(&self, row: usize) -> Option<u64> {
        self.lines.get(row).copied()
    }

    /// Cells that were not kept because the file has too many columns.
    pub(super) fn refused_columns(&self) -> u64 {
        self.refused_columns
    }

    /// The place of the column of this name, which is added if there is none. `None` beyond the limit.
    pub(super) fn column(&mut self, name: &str) -> Option<usize> {
        if let Some(&at) = self.by_name.get(name) {
            return Some(at);
        }
        let n_columns = self.columns.len();
        let is_sparse = n_columns >= FREE_COLUMNS && n_columns * self.lines.len() >= CELLS_BEFORE_A_NEW_COLUMN;
        if n_columns >= COLUMN_LIMIT || is_sparse {
            self.refused_columns += 1;
            return None;
        }
        self.by_name.insert(name.to_owned(), self.columns.len());
        self.columns.push(RawColumn::new(name.to_owned()));
        Some(self.columns.len() - 1)
    }

    /// As [`Self::column`], where the column is likely the one at `guess`.
    pub(super) fn column_near(&mut self, name: &str, guess: usize) -> Option<usize> {
        match self.columns.get(guess) {
            Some(column) if column.name == name => Some(guess),
            _ => self.column(name),
        }
    }

    pub(super) fn declare(&mut self, column: usize, ty: Option<ScalarType>) {
        self.columns[column].declared = ty;
    }

    pub(super) fn begin(&mut self) {
        self.touched.clear();
        self.columns_before = self.columns.len();
    }

    /// The value of a column in the row being written. Of repeated ones the last stays, as in Kusto.
    pub(super) fn set(&mut self, column: usize, cell: Cell<'_>) {
        let row = self.lines.len();
        let target = &mut self.columns[column];
        if target.len() > row {
            target.truncate(row);
        } else {
            target.fill(row);
            self.touched.push(column);
        }
        target.push(cell);
    }

    pub(super) fn commit(&mut self, line: u64) {
        let row = self.lines.len();
        for &column in &self.touched {
            let ends = &self.columns[column].ends;
            self.batch_bytes += ends[row] - if row == 0 { 0 } else { ends[row - 1] };
        }
        self.lines.push(line);
        let rows = self.lines.len();
        if self.batch_bytes >= BATCH_BYTES || rows - self.cuts.last().copied().unwrap_or(0) >= BATCH_ROWS {
            self.cuts.push(rows);
            self.batch_bytes = 0;
        }
    }

    /// Takes the row being written back, and the columns that only it had.
    pub(super) fn abort(&mut self) {
        let row = self.lines.len();
        for &column in &self.touched {
            self.columns[column].truncate(row);
        }
        for column in self.columns.drain(self.columns_before..) {
            self.by_name.remove(&column.name);
        }
    }

    /// Fills the columns that the last rows do not have. Nothing is read before.
    pub(super) fn finish(mut self) -> Self {
        let rows = self.lines.len();
        self.columns.iter_mut().for_each(|column| column.fill(rows));
        self
    }

    /// The rows of each batch.
    pub(super) fn batches(&self) -> Vec<Range<usize>> {
        let ends = self.cuts.iter().copied().chain(std::iter::once(self.rows()));
        let mut start = 0;
        let ranges = ends.map(|end| std::mem::replace(&mut start, end)..end);
        ranges.filter(|range| !range.is_empty()).collect()
    }
}
