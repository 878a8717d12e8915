//! `top`: the first rows by a key.

use std::sync::Arc;

use crate::kql::bind::Binder;
use crate::kql::bind::scope::Table;
use crate::kql::{Operator, Relation, TopOperator};

impl Binder<'_> {
    pub(super) fn top(&mut self, operator: TopOperator<'_>, input: Table) -> Option<Table> {
        if self.is_official() {
            let _ = self.sort_keys(operator.keys(), &input, true);
            return self.any_rows("top", operator.count(), input, operator.span());
        }
        let count = operator.count().and_then(|count| self.row_count(count));
        let keys = self.sort_keys(operator.keys(), &input, true);
        let (Some(count), Some(keys)) = (count, keys) else { return Some(input) };
        let columns = Arc::clone(&input.relation.columns);
        let relation =
            Relation::new(Operator::Top { input: Box::new(input.relation), count, keys }, columns, operator.span());
        self.table(relation, input.unknown, input.depth + 1)
    }
}
