//! A column of text under construction. It has room for about what a batch needs and gives back what was too much,
//! since a result is kept for as long as it is looked at.

use std::sync::Arc;

use arrow::array::{Array as _, ArrayRef, StringBuilder};

/// Bytes that are made ready at most; more of them come as they are needed.
const MAX_ROOM: usize = 4 << 20;

pub(super) struct TextBuilder {
    /// Takes only whole texts, and so need not look through them again at the end.
    values: StringBuilder,
    n_values: usize,
    /// Where a value is put together.
    scratch: String,
}

impl TextBuilder {
    pub(super) fn new() -> Self {
        Self { values: StringBuilder::with_capacity(0, 0), n_values: 0, scratch: String::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.n_values
    }

    #[inline]
    pub(super) fn push(&mut self, value: &str) {
        self.n_values += 1;
        self.values.append_value(value);
    }

    /// Appends what `write` writes; a null when it says that there is nothing.
    pub(super) fn push_with(&mut self, write: impl FnOnce(&mut String) -> bool) {
        self.scratch.clear();
        self.n_values += 1;
        if write(&mut self.scratch) {
            self.values.append_value(&self.scratch);
        } else {
            self.values.append_null();
        }
    }

    pub(super) fn push_null(&mut self) {
        self.n_values += 1;
        self.values.append_null();
    }

    /// The column, and room for as many rows as are likely to come next.
    pub(super) fn finish(&mut self, n_next: usize) -> ArrayRef {
        let n_values = std::mem::take(&mut self.n_values);
        let n_bytes = self.values.values_slice().len();
        // What comes next is only likely to be like what came: one long text among few rows says nothing.
        let likely = n_bytes / n_values.max(1) * n_next;
        let room = (likely + likely / 16).min(4 * n_bytes).min(MAX_ROOM);
        let wasteful = self.values.values_capacity() > n_bytes + n_bytes / 8;
        let next = StringBuilder::with_capacity(n_next, room);
        let mut column = std::mem::replace(&mut self.values, next).finish();
        if wasteful {
            column.shrink_to_fit();
        }
        Arc::new(column)
    }
}
