//! `serialize` and `as`: the rows stay as they are.

use super::make_series::is_column;
use crate::kql::bind::Binder;
use crate::kql::bind::projection::{Clash, Item, Projection};
use crate::kql::bind::scope::{Let, LetValue, Table, relation_size};
use crate::kql::{AsOperator, ScalarKind, SerializeOperator, TabularOperator, Value};

impl Binder<'_> {
    /// The order of the input stands already; columns may be added.
    pub(super) fn serialize(&mut self, operator: SerializeOperator<'_>, input: Table) -> Option<Table> {
        let items: Vec<_> = operator.items().collect();
        if items.is_empty() {
            return if self.is_official() { Some(input) } else { self.serialized(input, operator.span()) };
        }
        if !self.is_official() {
            let input = self.serialized(input, operator.span())?;
            return self.extend(items.into_iter(), input, operator.span());
        }
        // The service's library lets a new column make room where the engine replaces the old one.
        let mut projection = Projection::of(input.columns());
        for item in items.into_iter().filter_map(Item::of) {
            let value = self.scalar(item.expr, &input.row());
            let is_itself = item.declared.is_none() && value.as_ref().is_some_and(is_column);
            if !is_itself {
                self.add_item(&mut projection, &item, value.as_ref(), None, Clash::Digit, &input.row());
            }
        }
        let unknown = input.unknown.clone();
        self.opaque("serialize", &[&input], projection.into_columns(), unknown, operator.span())
    }

    /// `as N`: what comes after may name this table, which is then computed anew, unless it is to be
    /// kept.
    pub(super) fn r#as(&mut self, operator: AsOperator<'_>, mut input: Table) -> Option<Table> {
        let runs = self.context.capabilities.is_some();
        let mut is_kept = false;
        for parameter in TabularOperator::As(operator).parameters().filter(|_| runs) {
            match (parameter.name().as_str(), parameter.value()) {
                ("hint.materialized", Some(value)) => {
                    is_kept = self.constant(value)?.kind == ScalarKind::Literal(Value::Bool(true));
                }
                (name, _) if name.starts_with("hint.") => {}
                (name, _) => return self.refuse(&format!("as {name}"), parameter.span()),
            }
        }
        if is_kept && input.graph.is_none() {
            input = self.computed_once(input, operator.span())?;
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
