//! Columns of a result as they are added one after another: names that are declared, names that are made, and names
//! that make room for each other with a digit.
//!
//! `project`, `extend` and `summarize` have rules of the engine's own in [`name`](super::name); the operators here
//! follow those of the language service alone, since nobody runs them yet.

use std::collections::{BTreeSet, HashMap};

use super::Binder;
use super::name::Wanted;
use super::scope::Row;
use crate::kql::{ColumnSymbol, Diagnostic, Expr, Scalar, ScalarKind, ScalarType, Span};

/// What a made name does to a column that has it already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clash {
    /// The newcomer takes its place: `mv-expand`.
    Replace,
    /// The newcomer gets a digit: `make-series`, `top-hitters`.
    Digit,
}

/// The columns so far.
#[derive(Debug, Default)]
pub(super) struct Projection {
    columns: Vec<ColumnSymbol>,
    places: HashMap<String, usize>,
    declared: BTreeSet<String>,
    /// The last digit tried behind a name.
    digits: HashMap<String, usize>,
}

impl Projection {
    /// Begins with the columns of the input.
    pub(super) fn of(columns: &[ColumnSymbol]) -> Self {
        let mut projection = Self::default();
        for column in columns {
            projection.add(column.clone(), Clash::Digit);
        }
        projection
    }

    pub(super) fn into_columns(self) -> Vec<ColumnSymbol> {
        self.columns
    }

    /// Adds a column of a made name, and says at which place; one without a name has none.
    pub(super) fn add(&mut self, mut column: ColumnSymbol, clash: Clash) -> Option<usize> {
        if column.name.is_empty() {
            return None;
        }
        if let Some(&place) = self.places.get(&column.name) {
            if clash == Clash::Replace {
                self.columns[place] = column;
                return Some(place);
            }
            column.name = self.free(&column.name);
        }
        self.digits.entry(column.name.clone()).or_insert(0);
        let place = self.columns.len();
        self.places.insert(column.name.clone(), place);
        self.columns.push(column);
        Some(place)
    }

    /// Adds a column whose name is written, or that is a column of the input.
    pub(super) fn declare(
        &mut self,
        column: ColumnSymbol,
        clash: Clash,
        span: &Span,
    ) -> Result<Option<usize>, Diagnostic> {
        if self.declared.contains(&column.name) {
            let message = format!("there is a column '{}' already", column.name);
            return Err(Diagnostic::error("KS171", span.clone(), message));
        }
        self.declared.insert(column.name.clone());
        Ok(self.add(column, clash))
    }

    fn free(&mut self, name: &str) -> String {
        let mut number = self.digits.get(name).copied().unwrap_or(0);
        loop {
            number += 1;
            let candidate = format!("{name}{number}");
            if !self.digits.contains_key(&candidate) {
                self.digits.insert(name.to_owned(), number);
                return candidate;
            }
        }
    }

    /// The first `ColumnN` that neither a column nor the input has.
    pub(super) fn unnamed(&self, row: &Row<'_>) -> String {
        let taken = |name: &String| self.places.contains_key(name) || row.position(name).is_some();
        (1..=usize::MAX).map(|number| format!("Column{number}")).find(|name| !taken(name)).unwrap_or_default()
    }
}

/// An expression that becomes a column: `x = e`, or `e`.
pub(super) struct Item<'t> {
    pub(super) declared: Option<(String, Span)>,
    pub(super) expr: Expr<'t>,
}

impl<'t> Item<'t> {
    pub(super) fn of(expr: Expr<'t>) -> Option<Self> {
        match expr {
            Expr::Named(named) => {
                let declared = named.names().next().map(|name| (name.value().into_owned(), name.span()));
                Some(Self { declared, expr: named.value()? })
            }
            expr => Some(Self { declared: None, expr }),
        }
    }
}

impl Binder<'_> {
    /// Adds the column that an expression becomes, and says at which place. `ty` is the column's type where the operator changes it.
    pub(super) fn add_item(
        &mut self,
        projection: &mut Projection,
        item: &Item<'_>,
        value: Option<&Scalar>,
        ty: Option<ScalarType>,
        clash: Clash,
        row: &Row<'_>,
    ) -> Option<usize> {
        let ty = ty.or_else(|| value.map(|value| value.ty)).unwrap_or(ScalarType::Unknown);
        let is_column = matches!(value.map(|value| &value.kind), Some(ScalarKind::Column(_) | ScalarKind::Open(_)));
        let added = if let Some((name, span)) = &item.declared {
            // A column of the input under a new name takes the place of what has the name.
            let clash = if is_column { Clash::Replace } else { clash };
            projection.declare(ColumnSymbol::new(name.clone(), ty), clash, span)
        } else {
            let wanted = if self.is_official() {
                self.library_wanted(item.expr, value, row)
            } else {
                self.wanted(item.expr, row)
            };
            match wanted {
                Wanted::Declared(name) => projection.declare(ColumnSymbol::new(name, ty), clash, &item.expr.span()),
                Wanted::Made(name) if is_column => {
                    projection.declare(ColumnSymbol::new(name, ty), clash, &item.expr.span())
                }
                Wanted::Made(name) | Wanted::Fresh(name) => Ok(projection.add(ColumnSymbol::new(name, ty), clash)),
                Wanted::None => {
                    let name = projection.unnamed(row);
                    Ok(projection.add(ColumnSymbol::new(name, ty), clash))
                }
            }
        };
        match added {
            Ok(place) => place,
            Err(finding) => self.report(finding),
        }
    }
}
