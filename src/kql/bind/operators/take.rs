//! `take`, `limit`: any rows, so many.

use std::sync::Arc;

use crate::kql::bind::Binder;
use crate::kql::bind::convert::a;
use crate::kql::bind::scope::Table;
use crate::kql::{Expr, Operator, Relation, Scalar, ScalarKind, Span, TakeOperator, Value};

impl Binder<'_> {
    pub(super) fn take(&mut self, operator: TakeOperator<'_>, input: Table) -> Option<Table> {
        if self.is_official() {
            return self.any_rows("take", operator.count(), input, operator.span());
        }
        let Some(count) = operator.count().and_then(|count| self.row_count(count)) else { return Some(input) };
        let columns = Arc::clone(&input.relation.columns);
        let relation =
            Relation::new(Operator::Take { input: Box::new(input.relation), count }, columns, operator.span());
        self.table(relation, input.unknown, input.depth + 1)
    }

    /// Where a text is only looked at, any expression of whole numbers says how many rows.
    pub(super) fn any_rows(
        &mut self,
        construct: &'static str,
        count: Option<Expr<'_>>,
        input: Table,
        span: Span,
    ) -> Option<Table> {
        if let Some(count) = count {
            self.whole_number(count, &input);
        }
        self.opaque_same(construct, input, span)
    }

    /// A constant whole number of rows.
    pub(super) fn row_count(&mut self, expr: Expr<'_>) -> Option<i64> {
        match self.constant(expr)? {
            Scalar { kind: ScalarKind::Literal(Value::Long(count)), .. } => Some(count),
            Scalar { kind: ScalarKind::Literal(Value::Int(count)), .. } => Some(i64::from(count)),
            Scalar { kind: ScalarKind::Literal(value), span, .. } => {
                self.error("SEM0201", span, format!("a number of rows is expected, and this is {}", a(value.ty())))
            }
            // The binder folds what it can; a count that only the engine could work out is rare.
            other if other.ty == crate::kql::ScalarType::Long => {
                self.refuse("a number of rows that is computed", other.span)
            }
            other => self.error("SEM0040", other.span, "the number of rows must be a constant"),
        }
    }
}
