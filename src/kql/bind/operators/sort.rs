//! `sort`, `order`: rows by keys; descending and nulls smallest unless said otherwise.

use std::sync::Arc;

use crate::kql::bind::Binder;
use crate::kql::bind::scope::Table;
use crate::kql::{Diagnostic, Operator, Relation, ScalarType, SortKey, SortOperator};

impl Binder<'_> {
    pub(super) fn sort(&mut self, operator: SortOperator<'_>, input: Table) -> Option<Table> {
        let Some(keys) = self.sort_keys(operator.keys(), &input, false) else { return Some(input) };
        let columns = Arc::clone(&input.relation.columns);
        let relation =
            Relation::new(Operator::Sort { input: Box::new(input.relation), keys }, columns, operator.span());
        self.table(relation, input.unknown, input.depth + 1)
    }

    pub(super) fn sort_keys<'t>(
        &mut self,
        keys: impl Iterator<Item = crate::kql::ast::SortKey<'t>>,
        input: &Table,
        dynamic_allowed: bool,
    ) -> Option<Vec<SortKey>> {
        let bound: Vec<Option<SortKey>> = keys.map(|key| self.sort_key(key, input, dynamic_allowed)).collect();
        bound.into_iter().collect()
    }

    fn sort_key(&mut self, key: crate::kql::ast::SortKey<'_>, input: &Table, dynamic_allowed: bool) -> Option<SortKey> {
        let value = self.scalar(key.expr()?, &input.row())?;
        // The library lets top order dynamic values, and sort not.
        if value.ty == ScalarType::Dynamic && !(dynamic_allowed && self.is_official()) {
            let finding = Diagnostic::error(self.code("SEM0480", "KS116"), value.span, "a dynamic value has no order");
            return self.report(finding.with_hint("tostring(), tolong() and their like give it one"));
        }
        let descending = !key.ascending().unwrap_or(false);
        Some(SortKey { value, descending, nulls_first: key.nulls_first().unwrap_or(!descending) })
    }
}
