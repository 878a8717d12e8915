//! `distinct`: the different rows of some expressions.

use std::sync::Arc;

use super::extend::Target;
use crate::kql::bind::Binder;
use crate::kql::bind::name::Wanted;
use crate::kql::bind::scope::Table;
use crate::kql::{DistinctOperator, Expr, Operator, Relation, ScalarType};

impl Binder<'_> {
    pub(super) fn distinct(&mut self, operator: DistinctOperator<'_>, input: Table) -> Option<Table> {
        let items: Vec<Expr<'_>> = operator.items().collect();
        let table = if let [Expr::Star(_)] = items.as_slice() {
            input
        } else {
            let targets = self.targets(items.iter().copied(), &input.row())?;
            for (target, item) in targets.iter().zip(&items) {
                // Measured: some of these are numbered from 2, and the rule is not known.
                let is_call = matches!(item.without_parens(), Some(Expr::Call(_)));
                if !self.is_official() && matches!(target.wanted, Wanted::None) && !is_call && target.value.is_some() {
                    return self.refuse("distinct of an expression without a name", target.span.clone());
                }
            }
            if self.is_official() {
                return self.official_distinct(targets, input, operator);
            }
            self.project_targets(targets, input, operator.span())?
        };
        if let Some(column) = table.columns().iter().find(|column| column.ty == ScalarType::Dynamic) {
            let message = format!("'{}' is dynamic, and rows cannot be told apart by that", column.name);
            let span = match items.first() {
                Some(first) if self.is_official() => first.span(),
                _ => operator.span(),
            };
            let finding = crate::kql::Diagnostic::error(self.code("SEM0480", "KS116"), span, message);
            let finding = finding.with_hint("tostring() makes a text of it");
            let _: Option<()> = self.report(finding);
            return if self.is_official() { Some(table) } else { None };
        }
        let columns = Arc::clone(&table.relation.columns);
        let relation = Relation::new(Operator::Distinct { input: Box::new(table.relation) }, columns, operator.span());
        self.table(relation, table.unknown, table.depth + 1)
    }

    /// By the rules of the language library, which looks at each expression and not at the columns.
    fn official_distinct(
        &mut self,
        targets: Vec<Target>,
        input: Table,
        operator: DistinctOperator<'_>,
    ) -> Option<Table> {
        for target in &targets {
            if target.value.as_ref().is_some_and(|value| self.ty_of(value).is_dynamic()) {
                let message = "rows cannot be told apart by a dynamic value";
                let finding = crate::kql::Diagnostic::error("KS116", target.span.clone(), message);
                let _: Option<()> = self.report(finding.with_hint("tostring() makes a text of it"));
            }
        }
        let table = self.project_targets(targets, input, operator.span())?;
        let columns = Arc::clone(&table.relation.columns);
        let relation = Relation::new(Operator::Distinct { input: Box::new(table.relation) }, columns, operator.span());
        self.table(relation, table.unknown, table.depth + 1)
    }
}
