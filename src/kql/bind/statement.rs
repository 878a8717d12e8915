//! Statements: `let`, `set`, and the expression that is the result.

use std::sync::Arc;

use super::Binder;
use super::facts::{Meaning, VariableFact};
use super::scope::{Let, LetValue, Row, Table, relation_size, scalar_size};
use crate::kql::{
    Diagnostic, Expr, LetStatement, LetValue as LetSyntax, Query, Severity, Span, Statement, TabularOperator, catalog,
};

/// The code of a text in which nothing is asked.
pub(super) const NO_QUERY: &str = "TLY0013";

impl Binder<'_> {
    pub(super) fn statements(&mut self, query: Query<'_>) -> Option<Table> {
        if query.node().text().trim_start().starts_with('.') {
            let message = "management commands are not run: tallyho only reads";
            return self.error("TLY0012", query.span(), message);
        }
        let mut result: Option<Option<Table>> = None;
        for statement in query.statements() {
            match statement {
                Statement::Let(binding) => self.let_statement(binding),
                Statement::Expression(expression) => {
                    if result.is_some() {
                        let _: Option<()> = self.refuse("a second result", expression.span());
                        continue;
                    }
                    result = Some(expression.expr().and_then(|expr| self.result(expr)));
                    // What graph-to-table has named is known from here on.
                    for named in std::mem::take(&mut self.graph_outputs) {
                        self.lets.push(named);
                    }
                }
                // Read before everything else, since the last one of a name counts for the whole query.
                Statement::Set(_) => {}
                Statement::Declare(declaration) => self.declare_parameters(declaration),
                Statement::Alias(_) | Statement::Pattern(_) | Statement::Restrict(_) => {
                    // What it would have named is not known, so nothing sure can be said of the rest.
                    return self.refuse(statement.construct(), statement.span());
                }
            }
        }
        match result {
            Some(table) => table,
            None => self.no_result(query),
        }
    }

    fn no_result<T>(&mut self, query: Query<'_>) -> Option<T> {
        if !self.diagnostics.is_empty() {
            return None;
        }
        let end = query.node().span().end;
        self.report(match query.statements().next() {
            None => Diagnostic {
                code: NO_QUERY,
                severity: Severity::Error,
                span: 0..end,
                message: "there is no query here".to_owned(),
                hint: None,
            },
            Some(_) => Diagnostic::error(NO_QUERY, end..end, "there is no query here: only names are given")
                .with_hint("Write an expression after the last let"),
        })
    }

    /// The expression whose table is the answer; only here `render` means something.
    fn result(&mut self, expr: Expr<'_>) -> Option<Table> {
        if is_single_value(expr) {
            self.constant(expr)?;
            return self.refuse("a single value as the result", expr.span());
        }
        if let Some(last) = last_operator(expr)
            && let TabularOperator::Render(render) = last
        {
            self.render = self.render_of(render);
        }
        self.tabular(expr)
    }

    fn let_statement(&mut self, statement: LetStatement<'_>) {
        let Some(name_node) = statement.name() else { return };
        let name = name_node.value().into_owned();
        if self.find_let(&name).is_some_and(|it| !it.is_parameter) {
            let _: Option<()> =
                self.error("SEM0079", name_node.span(), format!("'{name}' has been given a meaning already"));
            return;
        }
        let value = match statement.value() {
            Some(LetSyntax::Expr(expr)) => self.let_value(expr),
            Some(LetSyntax::Function(function)) => self.refuse("a function made by let", function.span()),
            None => None,
        };
        let (value, size) = match value {
            Some(value) => value,
            None => (LetValue::Poisoned, 0),
        };
        let definition = name_node.span();
        self.note_definition(&name, &definition, &value, statement.span().end);
        self.lets.push(Let { name, value, size, is_parameter: false, definition });
    }

    /// Notes what a name is given to; it can be used from an offset on.
    pub(super) fn note_definition(&mut self, name: &str, definition: &Span, value: &LetValue, from: usize) {
        let (ty, columns) = match value {
            LetValue::Scalar(value) => (Some(value.ty), None),
            LetValue::Table(table) => (None, Some(Arc::clone(&table.relation.columns))),
            LetValue::Poisoned => (None, None),
        };
        self.note_variable(|| VariableFact {
            name: name.to_owned(),
            definition: definition.clone(),
            visible: from..usize::MAX,
            meaning: Meaning::Variable,
            ty,
            columns,
        });
    }

    fn let_value(&mut self, expr: Expr<'_>) -> Option<(LetValue, usize)> {
        if self.is_tabular(expr, &Row::NONE) || self.calls_table(expr) {
            let table = self.nested_table(expr)?;
            let size = relation_size(&table.relation);
            return Some((LetValue::Table(Box::new(table)), size));
        }
        let value = self.constant(expr)?;
        let size = scalar_size(&value);
        Some((LetValue::Scalar(value), size))
    }

    /// A name that is a `let` in error may have been a table: then silence is right either way.
    fn calls_table(&self, expr: Expr<'_>) -> bool {
        match expr.without_parens() {
            Some(Expr::Name(name)) => {
                matches!(self.find_let(&name.value()).map(|l| &l.value), Some(LetValue::Poisoned))
            }
            _ => false,
        }
    }
}

/// True when an expression cannot be a table, whatever its names mean.
fn is_single_value(expr: Expr<'_>) -> bool {
    match expr.without_parens() {
        Some(
            Expr::Literal(_)
            | Expr::CompoundString(_)
            | Expr::Dynamic(_)
            | Expr::Unary(_)
            | Expr::Binary(_)
            | Expr::Logical(_)
            | Expr::Between(_)
            | Expr::In(_)
            | Expr::Index(_),
        ) => true,
        Some(Expr::Call(call)) => call.name().is_some_and(|name| {
            let name = name.value();
            name == "toscalar" || (catalog::function(&name).is_some() && !super::source::is_table_function(&name))
        }),
        _ => false,
    }
}

fn last_operator(expr: Expr<'_>) -> Option<TabularOperator<'_>> {
    match expr {
        Expr::Pipe(pipe) => pipe.operators().last(),
        _ => None,
    }
}
