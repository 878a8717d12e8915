//! A column of text under construction. Its memory is used again for every batch, and a batch gets exactly what it
//! needs, since a result is kept for as long as it is looked at.

use std::sync::Arc;

use arrow::array::{ArrayRef, NullBufferBuilder, StringArray};
use arrow::buffer::{Buffer, OffsetBuffer};
use arrow::error::ArrowError;

pub(super) struct TextBuilder {
    text: String,
    /// Where each value ends in `text`.
    ends: Vec<i32>,
    nulls: NullBufferBuilder,
}

impl TextBuilder {
    pub(super) fn new() -> Self {
        Self { text: String::new(), ends: Vec::new(), nulls: NullBufferBuilder::new(0) }
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
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
        self.ends.push(self.text.len() as i32);
        self.nulls.append_null();
    }

    /// The texts of a batch are far shorter than 2 GB, see the limits in `table`.
    #[inline]
    fn end_value(&mut self) {
        self.ends.push(self.text.len() as i32);
        self.nulls.append_non_null();
    }

    pub(super) fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        let mut offsets = Vec::with_capacity(self.ends.len() + 1);
        offsets.push(0);
        offsets.append(&mut self.ends);
        let text = Buffer::from(self.text.as_bytes());
        self.text.clear();
        let array = StringArray::try_new(OffsetBuffer::new(offsets.into()), text, self.nulls.finish())?;
        Ok(Arc::new(array))
    }
}
