//! `sample`: rows at random.

use std::sync::Arc;

use crate::kql::bind::Binder;
use crate::kql::bind::scope::Table;
use crate::kql::{Operator, Relation, SampleOperator, Scalar, ScalarKind, ScalarType, SortKey};

impl Binder<'_> {
    pub(super) fn sample(&mut self, operator: SampleOperator<'_>, input: Table) -> Option<Table> {
        let span = operator.span();
        if self.is_official() {
            if let Some(count) = operator.count() {
                self.whole_number(count, &input);
            }
            return self.opaque_same("sample", input, span);
        }
        // The first of an order by chance, which is another one each time that the query asks for these rows.
        let count = self.row_count(operator.count()?)?;
        let chance = Scalar { kind: ScalarKind::Call("rand", Vec::new()), ty: ScalarType::Real, span: span.clone() };
        let keys = vec![SortKey { value: chance, descending: false, nulls_first: false }];
        let columns = Arc::clone(&input.relation.columns);
        let operator = Operator::Top { input: Box::new(input.relation), count, keys };
        self.table(Relation::new(operator, columns, span), input.unknown, input.depth + 1)
    }
}
