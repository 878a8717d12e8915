//! Completion: what could stand at the cursor, best first.
//!
//! The context is read off the tokens before the cursor by the operators' own syntax (`syntax`), the names in scope
//! off what binding learnt of that text (`scope`); then each source adds its items. The list is never filtered by what
//! is typed already: a caller shows [`Completion::matching`], a tool that wants everything takes the items.

mod matching;

use super::Span;

/// What could stand at the cursor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completion {
    /// The bytes that an item replaces: the word at the cursor, also its part behind the cursor. What is typed of it
    /// is the text from its start up to the cursor.
    pub edit: Span,
    /// Best first, each label once a kind.
    pub items: Vec<CompletionItem>,
}

/// One thing that could stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompletionItem {
    /// What a list shows, and what is compared with the typed text.
    pub label: String,
    /// What replaces [`Completion::edit`].
    pub insert: String,
    /// Where the cursor goes: a byte offset in `insert`, inside the parentheses of a call that takes arguments.
    pub cursor: usize,
    pub kind: CompletionKind,
    /// A type or a signature; may be empty.
    pub detail: String,
    /// What it is, in a sentence or a few; may be empty.
    pub documentation: String,
    pub rank: Rank,
}

/// What sort of thing an item names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CompletionKind {
    Column,
    Table,
    /// A scalar that this text names.
    Variable,
    Parameter,
    /// A scalar function of the language.
    Function,
    /// A function that this text makes.
    LocalFunction,
    /// A function that the service keeps.
    ServiceFunction,
    Aggregate,
    Plugin,
    /// A tabular operator, or the word that begins a statement.
    Operator,
    /// `==`, `has`, `and`, …
    ScalarOperator,
    /// `by`, `on`, `asc`, …
    Keyword,
    /// The name of an operator's parameter or of a `set` option.
    Option,
    /// A value that is known to be possible here.
    Value,
    Type,
    Chart,
}

/// Why an item stands where it stands: smaller is better, the first field counts most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Rank {
    /// 0 where its type is the expected one, 1 where it can become it or nothing is expected, 2 otherwise.
    pub fit: u8,
    /// How near it is: keywords of the place, columns of the row, names of the text, functions, the rest.
    pub distance: u8,
}
