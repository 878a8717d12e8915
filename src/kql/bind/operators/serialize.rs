//! `serialize` and `as`: the rows stay as they are.

use crate::kql::bind::Binder;
use crate::kql::bind::scope::{Let, LetValue, Table, relation_size};
use crate::kql::{AsOperator, SerializeOperator, TabularOperator};

impl Binder<'_> {
    /// The order of the input stands already; columns may be added.
    pub(super) fn serialize(&mut self, operator: SerializeOperator<'_>, input: Table) -> Option<Table> {
        let items: Vec<_> = operator.items().collect();
        if items.is_empty() { Some(input) } else { self.extend(items.into_iter(), input, operator.span()) }
    }

    /// `as N`: what comes after may name this table, which is then computed anew.
    pub(super) fn r#as(&mut self, operator: AsOperator<'_>, mut input: Table) -> Option<Table> {
        if let Some(parameter) = TabularOperator::As(operator).parameters().next() {
            return self.refuse(&format!("as {}", parameter.name()), parameter.span());
        }
        let definition = operator.name()?.span();
        let name = operator.name()?.value().into_owned();
        let size = relation_size(&input.relation);
        input.source = Some(name.clone());
        let value = LetValue::Table(Box::new(input.clone()));
        self.note_definition(&name, &definition, &value, operator.span().end);
        self.lets.push(Let { name, value, size, is_parameter: false, rows: None, definition });
        Some(input)
    }
}
