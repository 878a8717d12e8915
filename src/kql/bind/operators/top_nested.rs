//! `top-nested`: the first values of a column, and within each of them those of another.

use std::collections::HashMap;

use super::sample_distinct::unnamed;
use crate::kql::bind::Binder;
use crate::kql::bind::aggregate::Collecting;
use crate::kql::bind::scope::Table;
use crate::kql::{ColumnSymbol, Expr, Scalar, ScalarType, TopNestedClause, TopNestedOperator};

/// Names that make room for each other with a digit; the empty name too.
#[derive(Default)]
pub(super) struct Names(HashMap<String, usize>);

impl Names {
    pub(super) fn give(&mut self, name: &str) -> String {
        let Some(mut digit) = self.0.get(name).copied() else {
            self.0.insert(name.to_owned(), 0);
            return name.to_owned();
        };
        loop {
            digit += 1;
            let candidate = format!("{name}{digit}");
            if !self.0.contains_key(&candidate) {
                self.0.insert(name.to_owned(), digit);
                self.0.insert(candidate.clone(), 0);
                return candidate;
            }
        }
    }
}

impl Binder<'_> {
    pub(super) fn top_nested(&mut self, operator: TopNestedOperator<'_>, input: Table) -> Option<Table> {
        if !self.is_official() {
            return self.top_levels(operator, input);
        }
        let mut columns = Vec::new();
        let mut names = Names::default();
        for clause in operator.clauses() {
            self.top_nested_clause(clause, &input, &mut names, &mut columns);
        }
        let unknown = input.unknown.clone();
        self.opaque("top-nested", &[&input], columns, unknown, operator.span())
    }

    fn top_nested_clause(
        &mut self,
        clause: TopNestedClause<'_>,
        input: &Table,
        names: &mut Names,
        columns: &mut Vec<ColumnSymbol>,
    ) {
        if let Some(count) = clause.count() {
            self.whole_number(count, input);
        }
        let ty = |value: Option<Scalar>| value.map_or(ScalarType::Unknown, |value| value.ty);
        let of = clause.of();
        let of_ty = ty(of.and_then(|of| self.scalar(unnamed(of), &input.row())));
        let of_name = names.give(&of.map(|of| self.result_name(of, input)).unwrap_or_default());
        if let Some(others) = clause.others() {
            let _ = self.scalar(others, &input.row());
        }
        let by = clause.by().and_then(crate::kql::ast::SortKey::expr);
        let outer = self.collecting.replace(Collecting::default());
        let by_ty = ty(by.and_then(|by| self.scalar(unnamed(by), &input.row())));
        self.collecting = outer;
        let declared = match by {
            Some(Expr::Named(named)) => named.names().next().map(|name| name.value().into_owned()),
            _ => None,
        };
        let by_name = names.give(&declared.unwrap_or_else(|| format!("aggregated_{of_name}")));
        columns.push(ColumnSymbol::new(of_name, of_ty));
        columns.push(ColumnSymbol::new(by_name, by_ty));
    }
}
