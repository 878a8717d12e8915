//! What binding learns about the pieces of a text, for the services of an editor: completion, hover, definition,
//! references, classes of names. Nothing is kept unless somebody asks, since analysis at each key must stay quick.

use std::sync::Arc;

use super::Binder;
use super::scope::Table;
use crate::kql::{ColumnSymbol, Scalar, ScalarType, Span};

/// Facts in the order of binding: of those about one place the last one counts. Text that is bound several times, such
/// as the body of a function, gives its facts once, where it is defined.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// Names that were found to mean something, at the place of their use.
    pub names: Vec<NameFact>,
    /// Tabular operators and their inputs, outer ones before what stands inside them.
    pub rows: Vec<RowFact>,
    /// Scalar expressions and their types, inner ones before what stands around them.
    pub types: Vec<(Span, ScalarType)>,
    /// What `let`, `as`, `declare` and the parameters of functions name.
    pub variables: Vec<VariableFact>,
}

/// A name and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameFact {
    pub span: Span,
    /// The name without quotes.
    pub name: String,
    pub meaning: Meaning,
    /// The type of a scalar; `None` for tables and functions.
    pub ty: Option<ScalarType>,
    /// The name at the place that defines it, in this text.
    pub definition: Option<Span>,
}

/// What kind of thing a name means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Meaning {
    Column,
    /// A table of the schema.
    Table,
    /// A scalar or a table that this text has named.
    Variable,
    /// A parameter of the query, or of a function of this text.
    Parameter,
    /// A function that this text has made.
    LocalFunction,
    /// A scalar function of the language.
    Function,
    Aggregate,
    /// What `evaluate` calls.
    Plugin,
    /// A function that the service keeps.
    ServiceFunction,
}

/// The rows that an operator's expressions see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFact {
    /// The operator, from its word on.
    pub span: Span,
    pub columns: Arc<[ColumnSymbol]>,
    /// The columns of the right side of a join or lookup, while its conditions are looked at.
    pub right: Option<Arc<[ColumnSymbol]>>,
    /// There may be further columns.
    pub is_open: bool,
}

/// A name that the text gives to something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariableFact {
    pub name: String,
    /// The name where it is defined.
    pub definition: Span,
    /// Where it can be used.
    pub visible: Span,
    pub meaning: Meaning,
    /// Of a scalar.
    pub ty: Option<ScalarType>,
    /// Of a table.
    pub columns: Option<Arc<[ColumnSymbol]>>,
}

impl Facts {
    /// What the name at a place means: the last word on the smallest span that holds the offset or ends at it.
    pub fn name_at(&self, offset: usize) -> Option<&NameFact> {
        let holds = |fact: &&NameFact| fact.span.start <= offset && offset <= fact.span.end;
        self.names.iter().rev().filter(holds).min_by_key(|fact| fact.span.len())
    }

    /// The innermost operator around an offset.
    pub fn row_at(&self, offset: usize) -> Option<&RowFact> {
        let holds = |fact: &&RowFact| fact.span.start <= offset && offset <= fact.span.end;
        self.rows.iter().rev().filter(holds).min_by_key(|fact| fact.span.len())
    }

    /// The type of the expression that is exactly at a span.
    pub fn type_of(&self, span: &Span) -> Option<ScalarType> {
        self.types.iter().rev().find(|(at, _)| at == span).map(|(_, ty)| *ty)
    }
}

impl Binder<'_> {
    pub(super) fn note_name(
        &mut self,
        span: &Span,
        name: &str,
        meaning: Meaning,
        ty: Option<ScalarType>,
        definition: Option<Span>,
    ) {
        if let Some(facts) = &mut self.facts {
            facts.names.push(NameFact { span: span.clone(), name: name.to_owned(), meaning, ty, definition });
        }
    }

    /// An operator is about to look at its expressions.
    pub(super) fn note_row(&mut self, span: &Span, input: &Table) {
        if let Some(facts) = &mut self.facts {
            facts.rows.push(RowFact {
                span: span.clone(),
                columns: Arc::clone(&input.relation.columns),
                right: None,
                is_open: input.unknown.is_open,
            });
        }
    }

    /// The right side of a join is known, and its conditions are looked at next.
    pub(super) fn note_right(&mut self, span: &Span, right: &Table) {
        let rows = self.facts.iter_mut().flat_map(|facts| facts.rows.iter_mut().rev());
        if let Some(row) = rows.into_iter().find(|row| row.span == *span) {
            row.right = Some(Arc::clone(&right.relation.columns));
        }
    }

    pub(super) fn note_type(&mut self, value: &Scalar) {
        if let Some(facts) = &mut self.facts {
            facts.types.push((value.span.clone(), value.ty));
        }
    }

    pub(super) fn note_variable(&mut self, variable: impl FnOnce() -> VariableFact) {
        if let Some(facts) = &mut self.facts {
            facts.variables.push(variable());
        }
    }
}
