//! `macro-expand`: a query for each database of a group, and the rows of all.

use crate::kql::bind::Binder;
use crate::kql::bind::local::{Local, LocalValue};
use crate::kql::bind::operator_parameter::Given;
use crate::kql::bind::scope::Row;
use crate::kql::bind::scope::Table;
use crate::kql::{Expr, MacroExpandOperator, Statement, TabularOperator};

impl Binder<'_> {
    pub(super) fn macro_expand(&mut self, operator: MacroExpandOperator<'_>) -> Option<Table> {
        let parameters = TabularOperator::MacroExpand(operator).parameters().map(Given::of_parameter);
        self.check_parameters("macro-expand", parameters, &Row::NONE);
        let group = operator.group();
        // What a group holds is not known here; that it has been named is.
        if let Some(Expr::Name(name)) = group
            && self.find_let(&name.value()).is_none()
        {
            let message = format!("there is no group of databases named '{}'", name.value());
            let _: Option<()> = self.error("KS142", name.span(), message);
        }
        let name = operator.name().or(match group {
            Some(Expr::Name(name)) => Some(name),
            _ => None,
        });
        let (outer, lets) = (self.locals.len(), self.lets.len());
        if let Some(name) = name {
            let value = LocalValue::Database;
            self.push_local(Local { name: name.value().into_owned(), definition: name.span(), value }, operator.span());
        }
        let mut table = None;
        for statement in operator.statements() {
            match statement {
                Statement::Let(binding) => self.let_statement(binding),
                Statement::Expression(expression) => {
                    table = expression.expr().and_then(|expr| self.nested_table(expr)).or(table);
                }
                _ => {}
            }
        }
        self.lets.truncate(lets);
        self.locals.truncate(outer);
        let table = table?;
        let (columns, unknown) = (table.columns().to_vec(), table.unknown.clone());
        self.opaque("macro-expand", &[&table], columns, unknown, operator.span())
    }
}
