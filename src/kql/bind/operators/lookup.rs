//! `lookup`: the columns of a small table beside those of the input, its keys left out (`kql-semantics` §14.2).

use crate::kql::bind::Binder;
use crate::kql::bind::scope::Table;
use crate::kql::{ColumnSymbol, JoinKind, LookupOperator, OnClause, TabularOperator};

impl Binder<'_> {
    pub(super) fn lookup(&mut self, operator: LookupOperator<'_>, left: Table) -> Option<Table> {
        let mut kind = JoinKind::LeftOuter;
        for parameter in TabularOperator::Lookup(operator).parameters() {
            match (parameter.name().as_str(), parameter.value().map_or("", |value| value.node().text())) {
                ("kind", "inner") => kind = JoinKind::Inner,
                ("kind", "leftouter") => {}
                ("kind", other) => {
                    let code = self.code("SEM0254", "KS005");
                    let _: Option<()> =
                        self.error(code, parameter.span(), format!("there is no kind of lookup '{other}'"));
                }
                _ => {}
            }
        }
        let right = operator.right().and_then(|right| self.nested_table(right));
        let right = match right {
            Some(right) => right,
            None => Table::in_error([].into(), operator.span()),
        };
        let mut pairs = Vec::new();
        self.note_right(&operator.span(), &right);
        let mut failed = false;
        for condition in operator.conditions() {
            failed |= self.join_condition(condition, &left, &right, &mut pairs).is_none();
        }
        let span = operator.span();
        let on = operator.on().map_or_else(|| operator.span(), OnClause::span);
        failed |= self.check_key_types(&left, &right, &pairs, &on).is_none();
        if self.context.capabilities.is_some() && failed {
            return None;
        }
        // The keys of the right side say nothing that those of the left do not.
        let width = left.columns().len();
        let keys: Vec<usize> = pairs.iter().map(|(_, key)| *key).collect();
        let kept: Vec<usize> = (0..right.columns().len()).filter(|index| !keys.contains(index)).collect();
        let added: Vec<ColumnSymbol> = kept.iter().map(|&index| right.columns()[index].clone()).collect();
        let columns = if self.context.capabilities.is_none() {
            super::join::beside(left.columns(), &added)
        } else {
            super::join::unique(left.columns().iter().cloned().chain(added).collect())
        };
        let joined = if failed {
            self.after_failed_join(kind, left, right, span.clone())?
        } else {
            self.join_tables(kind, left, right, pairs, span.clone())?
        };
        let chosen: Vec<usize> = (0..width).chain(kept.into_iter().map(|index| width + index)).collect();
        self.rearrange(joined, &chosen, columns, span)
    }
}
