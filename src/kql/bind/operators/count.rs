//! `count`: the number of rows, in a column `Count`.

use crate::kql::bind::Binder;
use crate::kql::bind::scope::{Table, Unknown};
use crate::kql::{ColumnSymbol, CountOperator, Operator, Relation, ScalarType};

impl Binder<'_> {
    pub(super) fn count(&mut self, operator: CountOperator<'_>, input: Table) -> Option<Table> {
        let depth = input.depth + 1;
        let relation = Relation {
            operator: Operator::Count { input: Box::new(input.relation) },
            columns: [ColumnSymbol::new("Count", ScalarType::Long)].into(),
            span: operator.span(),
        };
        self.table(relation, Unknown::default(), depth)
    }
}
