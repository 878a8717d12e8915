//! `project-keep`: these columns, in the order of the input.

use crate::kql::ProjectKeepOperator;
use crate::kql::bind::Binder;
use crate::kql::bind::scope::Table;

impl Binder<'_> {
    pub(super) fn project_keep(&mut self, operator: ProjectKeepOperator<'_>, mut input: Table) -> Option<Table> {
        let unknown = input.unknown.clone();
        let mut kept = self.named_columns(operator.items(), &mut input)?;
        kept.sort_unstable();
        // Looking a column in error up has taken it out; those are the ones that stay.
        input.unknown = unknown.without(&input.unknown);
        self.choose(input, &kept, operator.span())
    }
}
