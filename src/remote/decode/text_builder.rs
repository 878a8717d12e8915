//! A column of text under construction. It has room for about what a batch needs and gives back what was too much,
//! since a result is kept for as long as it is looked at.

use std::sync::Arc;

use arrow::array::{ArrayRef, NullBufferBuilder, StringArray};
use arrow::buffer::{Buffer, OffsetBuffer};
use arrow::error::ArrowError;

/// Bytes that are made ready at most; more of them come as they are needed.
const MAX_ROOM: usize = 4 << 20;

pub(super) struct TextBuilder {
    text: String,
    /// Where each value begins in `text`, and where the last one ends.
    offsets: Vec<i32>,
    nulls: NullBufferBuilder,
}

impl TextBuilder {
    pub(super) fn new() -> Self {
        Self { text: String::new(), offsets: vec![0], nulls: NullBufferBuilder::new(0) }
    }

    pub(super) fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    #[inline]
    pub(super) fn push(&mut self, value: &str) {
        self.text.push_str(value);
        self.end_value();
    }

    /// Appends what `write` writes; a null when it says that there is nothing.
    pub(super) fn push_with(&mut self, write: impl FnOnce(&mut String) -> bool) {
        let start = self.text.len();
        if write(&mut self.text) {
            self.end_value();
        } else {
            self.text.truncate(start);
            self.push_null();
        }
    }

    pub(super) fn push_null(&mut self) {
        self.offsets.push(self.text.len() as i32);
        self.nulls.append_null();
    }

    /// The texts of a batch are far shorter than 2 GB, see the limits in `table`.
    #[inline]
    fn end_value(&mut self) {
        self.offsets.push(self.text.len() as i32);
        self.nulls.append_non_null();
    }

    /// The column, and room for as many rows as are likely to come next.
    pub(super) fn finish(&mut self, n_next: usize) -> Result<ArrayRef, ArrowError> {
        // What comes next is only likely to be like what came: one long text among few rows says nothing.
        let likely = self.text.len() / self.len().max(1) * n_next;
        let n_bytes = (likely + likely / 16).min(4 * self.text.len()).min(MAX_ROOM);
        let text = std::mem::replace(&mut self.text, String::with_capacity(n_bytes));
        let mut first = Vec::with_capacity(n_next + 1);
        first.push(0);
        let mut offsets = std::mem::replace(&mut self.offsets, first);
        shrink(&mut offsets);
        let mut text = text.into_bytes();
        shrink(&mut text);
        let (offsets, text) = (OffsetBuffer::new(offsets.into()), Buffer::from_vec(text));
        Ok(Arc::new(StringArray::try_new(offsets, text, self.nulls.finish())?))
    }
}

/// Gives back room that is worth it.
fn shrink<T>(values: &mut Vec<T>) {
    if values.capacity() > values.len() + values.len() / 8 {
        values.shrink_to_fit();
    }
}
