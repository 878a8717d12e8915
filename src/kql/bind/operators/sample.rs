//! `sample`: rows at random.

use crate::kql::SampleOperator;
use crate::kql::bind::Binder;
use crate::kql::bind::scope::Table;

impl Binder<'_> {
    pub(super) fn sample(&mut self, operator: SampleOperator<'_>, input: Table) -> Option<Table> {
        if let Some(count) = operator.count() {
            self.whole_number(count, &input);
        }
        self.opaque_same("sample", input, operator.span())
    }
}
