//! The language: text in, facts out. Pure: no I/O, no async, no clock, no Arrow, no terminal.
//!
//! [`analyze`] is the door: it never fails, whatever the text.

mod bound;
mod diagnostic;
mod scalar;
mod symbol;

pub use bound::{
    AggregateCall, BoundQuery, JoinKind, Operator, PathStep, Relation, Render, Scalar, ScalarKind, ScalarOperator,
    SortKey, UnionInput,
};
pub use diagnostic::{Diagnostic, Severity, Span};
pub use scalar::{MAX_DATETIME_TICKS, ScalarType, TICKS_PER_DAY, TICKS_PER_SECOND, UNIX_EPOCH_TICKS, Value};
pub use symbol::{ColumnSymbol, Schema, TableSymbol};

/// What analysis needs to know beside the text.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub schema: &'a Schema,
    /// The one instant that `now()` means in this query, in ticks since 0001-01-01.
    pub now: i64,
}

/// Everything the language knows about one query text.
#[derive(Debug, Clone)]
pub struct Analysis {
    /// In text order.
    pub diagnostics: Vec<Diagnostic>,
    /// `None` when a diagnostic of severity error or refusal forbids running it here.
    pub query: Option<BoundQuery>,
}

/// Parses and binds one query. Never fails and never panics; see [`Analysis::diagnostics`].
pub fn analyze(_text: &str, _context: &Context<'_>) -> Analysis {
    Analysis { diagnostics: Vec::new(), query: None }
}
