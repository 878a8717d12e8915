//! `mv-apply`: operators upon the elements of each row by themselves.

use crate::kql::bind::Binder;
use crate::kql::bind::operator_parameter::Given;
use crate::kql::bind::projection::{Clash, Projection};
use crate::kql::bind::scope::Table;
use crate::kql::{MvApplyOperator, Operator, Relation, TabularOperator};

impl Binder<'_> {
    pub(super) fn mv_apply(&mut self, operator: MvApplyOperator<'_>, input: Table) -> Option<Table> {
        let parameters = TabularOperator::MvApply(operator).parameters().map(Given::of_parameter);
        let given = self.check_parameters("mv-apply", parameters, &input.row());
        let expanded = self.expanded(operator.items(), &given, &input)?;
        self.row_limit(operator.limit(), &input);
        let inner = Operator::Opaque { construct: "mv-apply", inputs: vec![input.relation.clone()] };
        let inner = Relation::new(inner, expanded.columns, operator.span());
        let elements = Table { relation: inner, ..input.clone() };
        let result = operator.subquery().map(|subquery| self.subquery(subquery, elements, super::subquery::AFTER_PIPE));
        // What is not expanded stays, and what the operators give comes behind it or in its place.
        let mut projection = Projection::default();
        for (index, column) in input.columns().iter().enumerate() {
            if !expanded.applied.contains(&index) {
                projection.add(column.clone(), Clash::Digit);
            }
        }
        for column in result.iter().flat_map(Table::columns) {
            projection.add(column.clone(), Clash::Replace);
        }
        let unknown = input.unknown.clone();
        self.opaque("mv-apply", &[&input], projection.into_columns(), unknown, operator.span())
    }
}
