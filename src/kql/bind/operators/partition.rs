//! `partition`: operators, or a query, for each value of a column by itself.

use crate::kql::bind::Binder;
use crate::kql::bind::local::{Local, LocalValue};
use crate::kql::bind::scope::Table;
use crate::kql::{Expr, PartitionByOperator, PartitionOperator, Scalar, Subquery, SyntaxKind};

impl Binder<'_> {
    pub(super) fn partition(&mut self, operator: PartitionOperator<'_>, input: Table) -> Option<Table> {
        // The service's library does not look at the parameters of this operator.
        let column = operator.by().and_then(|by| Some((by, self.key_column(by, &input)?)));
        if let Some(scope) = operator.scope() {
            let _ = self.constant(scope);
        }
        self.partitioned(operator.subquery(), column, input, operator.span())
    }

    pub(super) fn partition_by(&mut self, operator: PartitionByOperator<'_>, input: Table) -> Option<Table> {
        let column = operator.by().and_then(|by| Some((by, self.key_column(by, &input)?)));
        self.partitioned(operator.subquery(), column, input, operator.span())
    }

    fn partitioned(
        &mut self,
        subquery: Option<Subquery<'_>>,
        column: Option<(Expr<'_>, Scalar)>,
        input: Table,
        span: crate::kql::Span,
    ) -> Option<Table> {
        let Some(subquery) = subquery else { return Some(input) };
        let outer = self.locals.len();
        // Inside, the column is also a value: that of the partition.
        if let Some((Expr::Name(name), value)) = &column {
            let local =
                Local { name: name.value().into_owned(), definition: name.span(), value: LocalValue::Value(value.ty) };
            self.push_local(local, subquery.span());
        }
        let result = if subquery.node().child(SyntaxKind::OpenBrace).is_some() {
            let query = subquery.query().or_else(|| subquery.operators().next().map(Expr::Operator));
            query.and_then(|query| self.nested_table(query))
        } else {
            Some(self.subquery(subquery, input.clone(), super::subquery::AFTER_PIPE))
        };
        self.locals.truncate(outer);
        let result = result?;
        let columns = result.columns().to_vec();
        let unknown = result.unknown.clone();
        self.opaque("partition", &[&input], columns, unknown, span)
    }
}
