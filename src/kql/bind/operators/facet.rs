//! `facet`: the values of columns and how often they occur, one table for each column.

use crate::kql::bind::Binder;
use crate::kql::bind::scope::{Table, Unknown};
use crate::kql::{
    AggregateCall, ColumnSymbol, FacetOperator, Operator, Relation, ScalarKind, ScalarType, TabularOperator,
};

impl Binder<'_> {
    pub(super) fn facet(&mut self, operator: FacetOperator<'_>, input: Table) -> Option<Table> {
        let runs = self.context.capabilities.is_some();
        let span = operator.span();
        let input = if runs { self.shared_by_results("facet", input, span.clone())? } else { input };
        let mut results = Vec::new();
        for expr in operator.columns() {
            let found = self.key_column(expr, &input);
            if !runs {
                continue;
            }
            let value = found?;
            let ScalarKind::Column(place) = value.kind else {
                return self.refuse("facet by what is no column", value.span);
            };
            let column = input.columns()[place].clone();
            let count = ColumnSymbol::new(format!("count_{}", column.name), ScalarType::Long);
            let outputs = vec![ScalarType::Long];
            let call = AggregateCall { function: "count", args: Vec::new(), outputs, span: span.clone() };
            let counted = Operator::Summarize {
                input: Box::new(input.relation.clone()),
                keys: vec![value],
                aggregates: vec![call],
            };
            let relation = Relation::new(counted, vec![column, count], span.clone());
            results.push((None, self.table(relation, Unknown::default(), input.depth + 1)?));
        }
        if let Some(with) = operator.with() {
            let operators: Vec<TabularOperator<'_>> = with.operators().collect();
            let table = self.operators_upon(&operators, input.clone(), super::subquery::OF_FORK);
            // Kusto gives the rows themselves first.
            results.insert(0, (None, table));
        }
        if runs {
            return self.several_results(results);
        }
        self.opaque("facet", &[&input], Vec::new(), Unknown::default(), span)
    }
}
