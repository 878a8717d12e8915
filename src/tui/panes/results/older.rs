//! The answer before this one, kept to be compared with and asked again.

use std::sync::Arc;

use super::{Arrival, Content, Results, View};
use crate::result::ResultSet;

/// An answer of more bytes is not kept beside the next one.
const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// An answer that another one has taken the place of, or one that was kept.
#[derive(Debug, Clone)]
pub(in crate::tui) struct Older {
    pub(in crate::tui) set: Arc<ResultSet>,
    /// What was asked.
    pub(in crate::tui) query: String,
    /// Which connection answered, by its place in the list.
    pub(in crate::tui) connection: Option<usize>,
    /// The rows are all that the query finds.
    pub(in crate::tui) is_whole: bool,
    /// Which run it is whose kept rows these are, in words.
    pub(in crate::tui) name: Option<String>,
}

/// Where an answer comes from.
#[derive(Debug, Clone, Default)]
pub(super) struct Origin {
    query: String,
    connection: Option<usize>,
}

impl Results {
    /// What was asked for the answer that begins next, and of whom.
    pub(in crate::tui) fn note_origin(&mut self, query: &str, connection: Option<usize>) {
        self.next_origin = Some(Origin { query: query.to_owned(), connection });
    }

    /// Which connection the rows are from, by its place in the list.
    pub(in crate::tui) fn connection(&self) -> Option<usize> {
        self.origin.connection
    }

    /// True when there are columns that could be compared, even without a row.
    pub(in crate::tui) fn is_comparable(&self) -> bool {
        matches!(&self.content, Content::Rows(_)) && !self.set.columns().is_empty()
    }

    /// What a difference compares this answer with.
    pub(in crate::tui) fn compared_with(&self) -> Option<&Older> {
        let chosen = if let View::Difference(view) = &self.view { view.other() } else { None };
        chosen.or(self.older.as_ref())
    }

    /// Shows the result that this one is compared with, and keeps this one to be compared with. False when there is
    /// none.
    pub(in crate::tui) fn turn_over(&mut self) -> bool {
        let Some(older) = self.compared_with().cloned() else { return false };
        // What is shown from now on is not kept a second time.
        self.older = None;
        self.note_origin(&older.query, older.connection);
        self.replace(older.set.columns().to_vec());
        self.kept = older.name;
        // Batches are shared, not copied.
        self.set = Arc::try_unwrap(older.set).unwrap_or_else(|it| (*it).clone());
        let truncation = self.set.truncation.clone();
        self.content = Content::Rows(Arrival::Complete { truncation, notes: Vec::new() });
        self.rows_arrived();
        true
    }

    /// What stays to be compared with when another answer takes the place of this one.
    pub(super) fn retire(&mut self) -> Option<Older> {
        self.retire_any().filter(|it| it.set.size().bytes <= MAX_BYTES)
    }

    /// The same, where nothing takes its place: then it costs no memory to keep it.
    pub(super) fn retire_any(&mut self) -> Option<Older> {
        let is_over = matches!(&self.content, Content::Rows(arrival) if *arrival != Arrival::Coming);
        if !is_over || self.set.columns().is_empty() {
            return self.older.take();
        }
        let is_whole = self.is_whole();
        let Origin { query, connection } = std::mem::take(&mut self.origin);
        let set = Arc::new(std::mem::take(&mut self.set));
        Some(Older { set, query, connection, is_whole, name: self.kept.take() })
    }
}
