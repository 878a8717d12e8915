//! `consume`: the rows are made and thrown away.

use crate::kql::bind::Binder;
use crate::kql::bind::operator_parameter::Given;
use crate::kql::bind::scope::{Table, Unknown};
use crate::kql::{ConsumeOperator, TabularOperator};

impl Binder<'_> {
    pub(super) fn consume(&mut self, operator: ConsumeOperator<'_>, input: Table) -> Option<Table> {
        let parameters = TabularOperator::Consume(operator).parameters().map(Given::of_parameter);
        self.check_parameters("consume", parameters, &input.row());
        self.opaque("consume", &[&input], Vec::new(), Unknown::default(), operator.span())
    }
}
