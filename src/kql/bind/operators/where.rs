//! `where`, `filter`: rows whose predicate is true.

use std::sync::Arc;

use crate::kql::bind::Binder;
use crate::kql::bind::scope::Table;
use crate::kql::{Operator, Relation, WhereOperator};

impl Binder<'_> {
    pub(super) fn r#where(&mut self, operator: WhereOperator<'_>, input: Table) -> Option<Table> {
        let bound = operator
            .predicate()
            .and_then(|predicate| self.windowed(&input, |binder| binder.condition(predicate, &input.row())));
        let Some((predicate, windows)) = bound else {
            // The columns are as before, whatever is wrong with the predicate.
            return Some(input);
        };
        let columns = Arc::clone(&input.relation.columns);
        let has_windows = !windows.is_empty();
        let inner = Self::with_windows(input.relation, windows, &operator.span());
        let filtered = Arc::clone(&inner.columns);
        let mut relation =
            Relation::new(Operator::Where { input: Box::new(inner), predicate }, filtered, operator.span());
        if has_windows {
            let own = (0..columns.len()).map(|index| super::column(&relation, index, operator.span())).collect();
            relation =
                Relation::new(Operator::Project { input: Box::new(relation), values: own }, columns, operator.span());
        }
        self.table(relation, input.unknown, input.depth + 1)
    }
}
