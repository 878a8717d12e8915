//! The list as it grows: each label once a kind, the better rank counts.

use std::collections::HashMap;

use super::{CompletionItem, CompletionKind, Rank};

/// How near the sources are: the smaller, the nearer.
pub(super) mod distance {
    /// Values and keys that only this place takes.
    pub(in super::super) const HERE: u8 = 0;
    pub(in super::super) const ROW: u8 = 1;
    /// What the text names.
    pub(in super::super) const TEXT: u8 = 2;
    /// Words that go on with the operator.
    pub(in super::super) const CLAUSE: u8 = 3;
    /// What the service keeps.
    pub(in super::super) const SERVICE: u8 = 4;
    /// What the language has.
    pub(in super::super) const LANGUAGE: u8 = 5;
    /// What is there for few.
    pub(in super::super) const RARE: u8 = 6;
}

#[derive(Default)]
pub(super) struct List {
    items: Vec<CompletionItem>,
    seen: HashMap<(CompletionKind, String), usize>,
}

impl List {
    pub(super) fn add(&mut self, item: CompletionItem) {
        let key = (item.kind, item.label.clone());
        if let Some(index) = self.seen.get(&key) {
            let rank = &mut self.items[*index].rank;
            *rank = item.rank.min(*rank);
        } else {
            self.seen.insert(key, self.items.len());
            self.items.push(item);
        }
    }

    /// Best first; among equals as they were added.
    pub(super) fn into_items(mut self) -> Vec<CompletionItem> {
        self.items.sort_by_key(|item| item.rank);
        self.items
    }
}

/// An item that inserts its label.
pub(super) fn item(label: &str, kind: CompletionKind, fit: u8, distance: u8) -> CompletionItem {
    CompletionItem {
        label: label.to_owned(),
        insert: label.to_owned(),
        cursor: label.len(),
        kind,
        detail: String::new(),
        documentation: String::new(),
        rank: Rank { fit, distance },
    }
}

impl CompletionItem {
    pub(super) fn told(mut self, detail: impl Into<String>, documentation: impl Into<String>) -> Self {
        self.detail = detail.into();
        self.documentation = documentation.into();
        self
    }

    pub(super) fn inserting(mut self, insert: String) -> Self {
        self.cursor = insert.len();
        self.insert = insert;
        self
    }

    /// Inserts a call, with the cursor inside its parentheses where it takes arguments.
    pub(super) fn calling(mut self, takes_arguments: bool) -> Self {
        self.insert = format!("{}()", self.insert);
        self.cursor = self.insert.len() - usize::from(takes_arguments);
        self
    }
}
