//! `partition`: operators, or a query, for each value of a column by itself.

use std::sync::Arc;

use crate::kql::bind::Binder;
use crate::kql::bind::grouped::{Grouping, chosen};
use crate::kql::bind::local::{Local, LocalValue};
use crate::kql::bind::operator_parameter::Given;
use crate::kql::bind::operators::column;
use crate::kql::bind::scope::{Table, Unknown};
use crate::kql::{
    ColumnSymbol, Expr, Operator, PartitionByOperator, PartitionOperator, Relation, Scalar, Span, Subquery, SyntaxKind,
    TabularOperator,
};

/// Partitions that the default strategy makes at most.
const LEGACY_PARTITIONS: u64 = 64;

impl Binder<'_> {
    pub(super) fn partition(&mut self, operator: PartitionOperator<'_>, input: Table) -> Option<Table> {
        // The service's library does not look at the parameters of this operator.
        if !self.is_official() {
            return self.partition_rows(operator, input);
        }
        let column = operator.by().and_then(|by| Some((by, self.key_column(by, &input)?)));
        if let Some(scope) = operator.scope() {
            let _ = self.constant(scope);
        }
        self.partitioned(operator.subquery(), column, input, operator.span())
    }

    /// The query spread over all partitions.
    fn partition_rows(&mut self, operator: PartitionOperator<'_>, input: Table) -> Option<Table> {
        let span = operator.span();
        if let Some(scope) = operator.scope() {
            return self.refuse("partition in", scope.span());
        }
        let parameters = TabularOperator::Partition(operator).parameters().map(Given::of_parameter);
        let given = self.check_parameters("partition", parameters, &input.row());
        let strategy = given.iter().find(|it| it.name == "hint.strategy").map_or("legacy", Given::text);
        let limit = (strategy == "legacy").then_some(LEGACY_PARTITIONS);
        let key = self.key_column(operator.by()?, &input)?;
        let subquery = operator.subquery()?;
        if subquery.node().child(SyntaxKind::OpenBrace).is_some() {
            return self.refuse("partition with a query of its own in braces", subquery.span());
        }
        let group = self.new_group();
        let rows = Relation::new(Operator::Group { group }, Arc::clone(&input.relation.columns), span.clone());
        let rows = self.table(rows, input.unknown.clone(), input.depth + 1)?;
        let found = self.n_mistakes();
        let result = self.subquery(subquery, rows, super::subquery::AFTER_PIPE);
        if self.n_mistakes() > found {
            return None;
        }
        let groups = rows_of_all(input.relation, key, group, limit, &span);
        let spread = self.spread(&result.relation, &groups)?;
        let places: Vec<usize> = (1..spread.columns.len()).collect();
        let columns = result.columns().to_vec();
        self.table(chosen(spread, &places, columns, &span), Unknown::default(), result.depth + 3)
    }

    pub(super) fn partition_by(&mut self, operator: PartitionByOperator<'_>, input: Table) -> Option<Table> {
        if !self.is_official() {
            return self.refuse("__partitionby", operator.span());
        }
        let column = operator.by().and_then(|by| Some((by, self.key_column(by, &input)?)));
        self.partitioned(operator.subquery(), column, input, operator.span())
    }

    fn partitioned(
        &mut self,
        subquery: Option<Subquery<'_>>,
        column: Option<(Expr<'_>, Scalar)>,
        input: Table,
        span: Span,
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

/// The rows of every partition: its key, then the columns.
fn rows_of_all(input: Relation, key: Scalar, group: usize, limit: Option<u64>, span: &Span) -> Grouping {
    let mut symbols = vec![ColumnSymbol::new("key", key.ty)];
    symbols.extend(input.columns.iter().cloned());
    let mut values = vec![key];
    values.extend((0..input.columns.len()).map(|place| column(&input, place, span.clone())));
    let keyed = Relation::new(Operator::Project { input: Box::new(input), values }, symbols.clone(), span.clone());
    let operator = Operator::Groups { input: Box::new(keyed), keys: vec![0], group, limit };
    Grouping { group, rows: Relation::new(operator, symbols, span.clone()), n_keys: 1, n_front: 1 }
}
