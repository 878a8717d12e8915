//! `fork`: several results of one input.

use crate::kql::bind::Binder;
use crate::kql::bind::scope::{Table, Unknown};
use crate::kql::{ForkOperator, Span};

impl Binder<'_> {
    pub(super) fn fork(&mut self, operator: ForkOperator<'_>, input: Table) -> Option<Table> {
        if self.context.capabilities.is_none() {
            for branch in operator.branches() {
                if let Some(subquery) = branch.subquery() {
                    let _ = self.subquery(subquery, input.clone(), super::subquery::OF_FORK);
                }
            }
            // Several tables go no further down the pipe: behind them there are no columns.
            return self.opaque("fork", &[&input], Vec::new(), Unknown::default(), operator.span());
        }
        let input = self.shared_by_results("fork", input, operator.span())?;
        let mut results = Vec::new();
        for branch in operator.branches() {
            let name = branch.name().map(|name| name.value().into_owned());
            let table = self.subquery(branch.subquery()?, input.clone(), super::subquery::OF_FORK);
            results.push((name, table));
        }
        self.several_results(results)
    }

    /// The input of an operator that gives several results, which all read the same rows. It must end its statement:
    /// several tables cannot be the value of anything.
    pub(super) fn shared_by_results(&mut self, word: &str, input: Table, span: Span) -> Option<Table> {
        if self.nesting > 0 || self.ends_statement.as_ref() != Some(&span) {
            return self.refuse(&format!("{word} that does not end the query"), span);
        }
        self.computed_once(input, span)
    }

    /// The first of the tables is the result at hand, the others come behind it.
    pub(super) fn several_results(&mut self, results: Vec<(Option<String>, Table)>) -> Option<Table> {
        let mut results = results.into_iter();
        let (_, first) = results.next()?;
        self.more.extend(results);
        Some(first)
    }
}
