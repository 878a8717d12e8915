//! The answer before this one, kept to be compared with.

use std::sync::Arc;

use super::{Arrival, Content, Results};
use crate::result::ResultSet;

/// An answer of more bytes is not kept beside the next one.
const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// An answer that another one has taken the place of.
#[derive(Debug, Clone)]
pub(in crate::tui) struct Older {
    pub(in crate::tui) set: Arc<ResultSet>,
    /// What was asked.
    pub(in crate::tui) query: String,
}

impl Results {
    /// What was asked for the answer that begins next.
    pub(in crate::tui) fn note_query(&mut self, query: &str) {
        self.next_query = Some(query.to_owned());
    }

    /// Shows the answer before this one, and keeps this one to be compared with. False when there is none.
    pub(in crate::tui) fn turn_over(&mut self) -> bool {
        let Some(older) = self.older.take() else { return false };
        self.next_query = Some(older.query);
        self.replace(older.set.columns().to_vec());
        // Batches are shared, not copied.
        self.set = Arc::try_unwrap(older.set).unwrap_or_else(|it| (*it).clone());
        let truncation = self.set.truncation.clone();
        self.content = Content::Rows(Arrival::Complete { truncation, notes: Vec::new() });
        self.rows_arrived();
        true
    }

    /// What stays to be compared with when another answer takes the place of this one.
    pub(super) fn retire(&mut self) -> Option<Older> {
        let is_over = matches!(&self.content, Content::Rows(arrival) if *arrival != Arrival::Coming);
        if !is_over || self.set.n_rows() == 0 || self.set.size().bytes > MAX_BYTES {
            return self.older.take();
        }
        Some(Older { set: Arc::new(std::mem::take(&mut self.set)), query: std::mem::take(&mut self.query) })
    }
}
