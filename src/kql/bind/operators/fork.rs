//! `fork`: several results of one input.

use crate::kql::ForkOperator;
use crate::kql::bind::Binder;
use crate::kql::bind::scope::{Table, Unknown};

impl Binder<'_> {
    pub(super) fn fork(&mut self, operator: ForkOperator<'_>, input: Table) -> Option<Table> {
        for branch in operator.branches() {
            if let Some(subquery) = branch.subquery() {
                let _ = self.subquery(subquery, input.clone(), super::subquery::OF_FORK);
            }
        }
        // Several tables go no further down the pipe: behind them there are no columns.
        self.opaque("fork", &[&input], Vec::new(), Unknown::default(), operator.span())
    }
}
