//! `sample-distinct`: distinct values of a column at random.

use crate::kql::bind::Binder;
use crate::kql::bind::scope::Table;
use crate::kql::{
    ColumnSymbol, Diagnostic, Expr, Operator, Relation, SampleDistinctOperator, Scalar, ScalarKind, ScalarType,
};

use super::make_series::is_column;

impl Binder<'_> {
    pub(super) fn sample_distinct(&mut self, operator: SampleDistinctOperator<'_>, input: Table) -> Option<Table> {
        if !self.is_official() {
            return self.some_distinct(operator, input);
        }
        if let Some(count) = operator.count() {
            self.whole_number(count, &input);
        }
        let mut column = ColumnSymbol::new("Column1", ScalarType::Unknown);
        if let Some(of) = operator.of() {
            let value = self.key_column(of, &input);
            if let Some(name) = self.made_name(unnamed(of), &input.row()) {
                column.name = name;
            }
            column.ty = value.map_or(ScalarType::Unknown, |value| value.ty);
        }
        let unknown = input.unknown.clone();
        self.opaque("sample-distinct", &[&input], vec![column], unknown, operator.span())
    }

    /// Any of the distinct values, as the operator promises no more than that.
    fn some_distinct(&mut self, operator: SampleDistinctOperator<'_>, input: Table) -> Option<Table> {
        let span = operator.span();
        let count = self.row_count(operator.count()?)?;
        let value = self.key_column(operator.of()?, &input)?;
        let ScalarKind::Column(place) = value.kind else { return self.refuse("sample-distinct of this", span) };
        let columns = vec![input.columns()[place].clone()];
        let (unknown, depth) = (input.unknown, input.depth + 3);
        let chosen = Operator::Project { input: Box::new(input.relation), values: vec![value] };
        let chosen = Relation::new(chosen, columns.clone(), span.clone());
        let distinct = Relation::new(Operator::Distinct { input: Box::new(chosen) }, columns.clone(), span.clone());
        let operator = Operator::Take { input: Box::new(distinct), count };
        self.table(Relation::new(operator, columns, span), unknown, depth)
    }

    /// A column itself, whose values can be told apart.
    pub(super) fn key_column(&mut self, expr: Expr<'_>, input: &Table) -> Option<Scalar> {
        let value = self.only_column(expr, input)?;
        if is_column(&value) && value.ty == ScalarType::Dynamic {
            let finding = Diagnostic::error("KS116", value.span.clone(), "a dynamic column cannot stand here");
            let _: Option<()> = self.report(finding.with_hint("extend a column with tostring() first"));
        }
        Some(value)
    }

    /// A column itself, and no expression.
    pub(super) fn only_column(&mut self, expr: Expr<'_>, input: &Table) -> Option<Scalar> {
        let is_named = matches!(expr, Expr::Named(_));
        let value = self.scalar(unnamed(expr), &input.row())?;
        if is_named || !is_column(&value) {
            let _: Option<()> = self.error("KS109", expr.span(), "the name of a column is expected here");
        }
        Some(value)
    }
}

/// The expression without the name that is given to it.
pub(super) fn unnamed(expr: Expr<'_>) -> Expr<'_> {
    match expr {
        Expr::Named(named) => named.value().unwrap_or(expr),
        expr => expr,
    }
}
