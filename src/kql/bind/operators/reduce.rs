//! `reduce`: texts that are alike as one pattern.

use crate::kql::bind::Binder;
use crate::kql::bind::convert::a;
use crate::kql::bind::operator_parameter::Given;
use crate::kql::bind::scope::{Table, Unknown};
use crate::kql::{ColumnSymbol, ReduceOperator, ScalarType, TabularOperator};

impl Binder<'_> {
    pub(super) fn reduce(&mut self, operator: ReduceOperator<'_>, input: Table) -> Option<Table> {
        let parameters = TabularOperator::Reduce(operator).parameters().map(Given::of_parameter);
        let given = self.check_parameters("reduce", parameters, &input.row());
        if let Some(value) = operator.by().and_then(|by| self.scalar(super::sample_distinct::unnamed(by), &input.row()))
            && !matches!(value.ty, ScalarType::String | ScalarType::Unknown)
        {
            let message = format!("reduce is by a text, and this is {}", a(value.ty));
            let _: Option<()> = self.error("KS141", value.span, message);
        }
        self.check_parameters("reduce with", operator.properties().filter_map(Given::of_property), &input.row());
        let keeps_rows = given.iter().any(|it| it.name == "kind" && it.text() == "source");
        let (mut columns, unknown) = if keeps_rows {
            (input.columns().to_vec(), input.unknown.clone())
        } else {
            (Vec::new(), Unknown::default())
        };
        columns.push(ColumnSymbol::new("Pattern", ScalarType::String));
        columns.push(ColumnSymbol::new("Count", ScalarType::Long));
        columns.push(ColumnSymbol::new("Representative", ScalarType::String));
        self.opaque("reduce", &[&input], columns, unknown, operator.span())
    }
}
