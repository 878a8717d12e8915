//! Columns that only rows can tell: what has to be asked of the data before the rest of a query can be bound.
//!
//! `evaluate bag_unpack(d)` makes a column of each key that a bag has, and `pivot(c)` one of each value. The binder says
//! which rows to look at and what to look for ([`Step`]); whoever runs the query does that and binds the same text again
//! with what was learnt in [`Context::learnt`](super::Context). The questions of a text come in the same order each time.

use super::{BoundQuery, ScalarType, Span};

/// Something to be learnt from rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Its first column is looked at: dynamic for members, string for values.
    pub query: BoundQuery,
    pub question: Question,
    /// The operator that wants to know.
    pub span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// The keys of all bags, and of what type their values are.
    Members,
    /// The distinct values.
    Values,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Learnt {
    /// In order of the names. Values of several types are dynamic, of a member that is always null nothing is known.
    Members(Vec<(String, ScalarType)>),
    /// In order.
    Values(Vec<String>),
}
