//! `where`, `filter`: rows whose predicate is true.

use std::sync::Arc;

use crate::kql::bind::Binder;
use crate::kql::bind::scope::Table;
use crate::kql::{Operator, Relation, WhereOperator};

impl Binder<'_> {
    pub(super) fn r#where(&mut self, operator: WhereOperator<'_>, input: Table) -> Option<Table> {
        let predicate = operator.predicate().and_then(|predicate| self.condition(predicate, &input.row()));
        let Some(predicate) = predicate else {
            // The columns are as before, whatever is wrong with the predicate.
            return Some(input);
        };
        let columns = Arc::clone(&input.relation.columns);
        let relation =
            Relation::new(Operator::Where { input: Box::new(input.relation), predicate }, columns, operator.span());
        self.table(relation, input.unknown, input.depth + 1)
    }
}
