//! What the editor asks the language, and what comes back. Plain data: a worker answers (`perform::linguist`), and what
//! it says counts only as long as the text is still the one that was asked about.

use crate::kql::{Completion, Fix, Hover, SignatureHelp, Span, TextEdit};

/// Something asked about the query at the cursor.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Question {
    /// Of the editor's text.
    pub(super) revision: u64,
    /// The query, and where it begins in the editor's text.
    pub(super) query: String,
    pub(super) start: usize,
    /// The cursor, in the query.
    pub(super) offset: usize,
    pub(super) wanted: Wanted,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    /// How the call around the cursor is written, and what could stand at the cursor.
    Assistance(Offer),
    Hover,
    Definition,
    /// What a renaming would be about.
    Renamable,
    /// The edits of a renaming; they are made when `take` is set, else only counted.
    Rename {
        name: String,
        take: bool,
    },
    /// Fixes of what is wrong at the cursor, and other ways to write what is selected in the query.
    Fixes(Span),
    Format,
}

/// Whether a list of completions is to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    No,
    /// One types, and something may help.
    AsTyped,
    /// The user asked for it.
    Asked,
}

/// What was found out. Every place is one of the editor's text.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub revision: u64,
    /// Where the cursor was, in the editor's text.
    pub offset: usize,
    pub found: Found,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    Assistance {
        offer: Offer,
        completion: Completion,
        signature: Option<SignatureHelp>,
    },
    Hover(Option<Hover>),
    /// The place of the definition, and the other places of the name.
    Definition {
        definition: Option<Span>,
        references: Vec<Span>,
    },
    /// The place under the cursor, the name as it is, and all its places.
    Renamable(Option<(Span, String, Vec<Span>)>),
    Renamed {
        name: String,
        take: bool,
        outcome: Result<Vec<TextEdit>, String>,
    },
    Fixes(Vec<Fix>),
    Formatted(Vec<TextEdit>),
    /// A fault of ours: there is no answer.
    Nothing,
}

impl Question {
    /// What takes the place of an older question of the same sort that nobody has answered yet.
    pub(super) fn supersedes(&self, older: &Self) -> bool {
        std::mem::discriminant(&self.wanted) == std::mem::discriminant(&older.wanted)
    }
}
