//! `count`: the number of rows, in a column `Count`.

use std::collections::BTreeSet;

use crate::kql::bind::Binder;
use crate::kql::bind::scope::Table;
use crate::kql::{ColumnSymbol, CountOperator, Operator, Relation, ScalarType};

impl Binder<'_> {
    pub(super) fn count(&mut self, operator: CountOperator<'_>, input: Table) -> Option<Table> {
        let depth = input.depth + 1;
        let relation = Relation {
            operator: Operator::Count { input: Box::new(input.relation) },
            columns: vec![ColumnSymbol::new("Count", ScalarType::Long)],
            span: operator.span(),
        };
        self.table(relation, BTreeSet::new(), depth)
    }
}
