//! `scan`: rows in order against the steps of a sequence, with columns that are carried along.

use std::sync::Arc;

use crate::kql::bind::Binder;
use crate::kql::bind::local::{Local, LocalValue, Members};
use crate::kql::bind::operator_parameter::Given;
use crate::kql::bind::scope::{Row, Table};
use crate::kql::{ColumnSymbol, ScalarType, ScanOperator, ScanStep, Span, TabularOperator};

impl Binder<'_> {
    pub(super) fn scan(&mut self, operator: ScanOperator<'_>, input: Table) -> Option<Table> {
        if !self.is_official() {
            return self.scan_steps(operator, input);
        }
        let parameters = TabularOperator::Scan(operator).parameters().map(Given::of_parameter);
        let given = self.check_parameters("scan", parameters, &input.row());
        for key in operator.order().filter_map(crate::kql::ast::SortKey::expr).chain(operator.partition()) {
            let _ = self.scalar(key, &input.row());
        }
        let mut columns = input.columns().to_vec();
        for declaration in operator.declarations() {
            if let Some(default) = declaration.default() {
                let _ = self.constant(default);
            }
            let ty = declaration.type_name().and_then(|name| ScalarType::from_name(name.text()));
            let Some(name) = declaration.name() else { continue };
            let column = ColumnSymbol::new(name.value(), ty.unwrap_or(ScalarType::Unknown));
            self.append_declared(&mut columns, vec![column]);
        }
        let members = Members { columns: columns.clone().into(), unknown: input.unknown.clone() };
        let outer = self.locals.len();
        for step in operator.steps() {
            let Some(name) = step.name() else { continue };
            let value = LocalValue::Row(members.clone());
            let local = Local { name: name.value().into_owned(), definition: name.span(), value };
            self.push_local(local, operator.span());
        }
        for step in operator.steps() {
            self.scan_step(step, &members);
        }
        self.locals.truncate(outer);
        let id = given.iter().find(|it| it.name == "with_match_id").and_then(Given::new_name);
        columns.push(ColumnSymbol::new(id.unwrap_or_else(|| "match_id".to_owned()), ScalarType::Long));
        let unknown = input.unknown.clone();
        self.opaque("scan", &[&input], columns, unknown, operator.span())
    }

    /// `step s: condition => x = value`: every step is visible in every other one.
    fn scan_step(&mut self, step: ScanStep<'_>, members: &Members) {
        self.note_columns(&step.span(), &Arc::clone(&members.columns), members.unknown.is_open);
        if let Some(condition) = step.condition() {
            let _ = self.scalar(condition, &members.row());
        }
        for assignment in step.assignments() {
            if let Some(name) = assignment.name() {
                self.assigned(&name.value(), name.span(), &members.row());
            }
            if let Some(value) = assignment.value() {
                let _ = self.scalar(value, &members.row());
            }
        }
    }

    /// What a step assigns to is a column.
    fn assigned(&mut self, name: &str, span: Span, row: &Row<'_>) {
        let _ = self.scalar_name(name, span, row);
    }
}
