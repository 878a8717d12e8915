//! `facet`: the values of columns and how often they occur, one table for each column.

use crate::kql::bind::Binder;
use crate::kql::bind::scope::{Table, Unknown};
use crate::kql::{FacetOperator, TabularOperator};

impl Binder<'_> {
    pub(super) fn facet(&mut self, operator: FacetOperator<'_>, input: Table) -> Option<Table> {
        for column in operator.columns() {
            let _ = self.key_column(column, &input);
        }
        if let Some(with) = operator.with() {
            let operators: Vec<TabularOperator<'_>> = with.operators().collect();
            let _ = self.operators_upon(&operators, input.clone(), super::subquery::OF_FORK);
        }
        self.opaque("facet", &[&input], Vec::new(), Unknown::default(), operator.span())
    }
}
