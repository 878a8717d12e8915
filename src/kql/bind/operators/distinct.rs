//! `distinct`: the different rows of some expressions.

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
                if matches!(target.wanted, Wanted::None) && !is_call && target.value.is_some() {
                    return self.refuse("distinct of an expression without a name", target.span.clone());
                }
            }
            self.project_targets(targets, input, operator.span())?
        };
        if let Some(column) = table.columns().iter().find(|column| column.ty == ScalarType::Dynamic) {
            let message = format!("'{}' is dynamic, and rows cannot be told apart by that", column.name);
            let finding = crate::kql::Diagnostic::error("SEM0480", operator.span(), message);
            return self.report(finding.with_hint("tostring() makes a text of it"));
        }
        let columns = table.relation.columns.clone();
        let relation = Relation::new(Operator::Distinct { input: Box::new(table.relation) }, columns, operator.span());
        self.table(relation, table.unknown, table.depth + 1)
    }
}
