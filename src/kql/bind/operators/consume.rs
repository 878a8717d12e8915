//! `consume`: the rows are made and thrown away.

use crate::kql::bind::Binder;
use crate::kql::bind::operator_parameter::Given;
use crate::kql::bind::scope::{Table, Unknown};
use crate::kql::{ColumnSymbol, ConsumeOperator, Operator, Relation, ScalarType, Span, TabularOperator};

impl Binder<'_> {
    pub(super) fn consume(&mut self, operator: ConsumeOperator<'_>, input: Table) -> Option<Table> {
        let parameters = TabularOperator::Consume(operator).parameters().map(Given::of_parameter);
        self.check_parameters("consume", parameters, &input.row());
        if self.context.capabilities.is_some() {
            return self.consumed(input, operator.span());
        }
        self.opaque("consume", &[&input], Vec::new(), Unknown::default(), operator.span())
    }

    /// The rows are counted, and then there is nothing to see.
    fn consumed(&mut self, input: Table, span: Span) -> Option<Table> {
        let depth = input.depth + 3;
        let counted = ColumnSymbol::new("Count", ScalarType::Long);
        let counted = Relation::new(Operator::Count { input: Box::new(input.relation) }, [counted], span.clone());
        let none = Operator::Take { input: Box::new(counted.clone()), count: 0 };
        let none = Relation::new(none, std::sync::Arc::clone(&counted.columns), span.clone());
        let operator = Operator::Project { input: Box::new(none), values: Vec::new() };
        self.table(Relation::new(operator, [], span), Unknown::default(), depth)
    }
}
