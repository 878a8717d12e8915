//! Statements: `let`, `set`, and the expression that is the result.

use std::sync::Arc;

use super::Binder;
use super::facts::{Meaning, VariableFact};
use super::scope::{Let, LetValue, Row, Table, relation_size, scalar_size};
use crate::kql::{
    CallExpr, Diagnostic, Expr, LetStatement, LetValue as LetSyntax, Query, Severity, Span, Statement, TabularOperator,
    catalog,
};

/// The code of a text in which nothing is asked.
pub(super) const NO_QUERY: &str = "TLY0013";

impl Binder<'_> {
    pub(super) fn statements(&mut self, query: Query<'_>) -> Option<Table> {
        if query.is_management_command() {
            return self.management_command(query);
        }
        let mut result: Option<Option<Table>> = None;
        let runs = self.context.capabilities.is_some();
        for statement in query.statements() {
            match statement {
                Statement::Let(binding) => self.let_statement(binding),
                Statement::Expression(expression) => {
                    let is_first = result.is_none();
                    // A fork inside this statement puts its other results here, behind the statement's own.
                    let before = self.more.len();
                    let table = expression.expr().and_then(|expr| self.result(expr, is_first || !runs));
                    match table {
                        Some(further) if runs && !is_first => self.more.insert(before, (None, further)),
                        table if !runs || is_first => result = Some(table),
                        _ => {}
                    }
                    // What graph-to-table has named is known from here on.
                    for named in std::mem::take(&mut self.graph_outputs) {
                        self.lets.push(named);
                    }
                }
                // Read before everything else, since the last one of a name counts for the whole query.
                Statement::Set(_) => {}
                Statement::Declare(declaration) => self.declare_parameters(declaration),
                Statement::Alias(alias) if !runs => self.alias(alias),
                Statement::Restrict(_) if !runs => {}
                Statement::Pattern(pattern) if !runs => self.pattern(pattern),
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
        // To give names alone is no mistake; it is only nothing to run.
        let severity = if self.context.capabilities.is_some() { Severity::Error } else { Severity::Warning };
        self.report(match query.statements().next() {
            None => Diagnostic {
                code: NO_QUERY,
                severity,
                span: 0..end,
                message: "there is no query here".to_owned(),
                hint: None,
            },
            Some(_) => Diagnostic {
                code: NO_QUERY,
                severity,
                span: end..end,
                message: "there is no query here: only names are given".to_owned(),
                hint: Some("Write an expression after the last let".to_owned()),
            },
        })
    }

    /// The expression whose table is the answer; only here `render` means something, and `fork` and `facet` may end it.
    fn result(&mut self, expr: Expr<'_>, is_drawn: bool) -> Option<Table> {
        if self.is_single_value(expr) {
            self.constant(expr)?;
            self.context.capabilities?;
            return self.refuse("a single value as the result", expr.span());
        }
        if let Some(last) = last_operator(expr)
            && let TabularOperator::Render(render) = last
        {
            let render = self.render_of(render);
            if is_drawn {
                self.render = render;
            }
        }
        self.ends_statement = last_operator(expr).map(TabularOperator::span);
        let table = self.tabular(expr);
        self.ends_statement = None;
        table
    }

    pub(super) fn let_statement(&mut self, statement: LetStatement<'_>) {
        let Some(name_node) = statement.name() else { return };
        let name = name_node.value().into_owned();
        if self.is_taken(&name) {
            let code = self.code("SEM0079", "KS201");
            let _: Option<()> =
                self.error(code, name_node.span(), format!("'{name}' has been given a meaning already"));
            if self.context.capabilities.is_some() {
                return;
            }
        }
        let value = match statement.value() {
            Some(LetSyntax::Expr(expr)) => self.let_value(expr),
            Some(LetSyntax::Function(function)) => self.local_function(function).map(|value| (value, 0)),
            None => None,
        };
        let (value, size) = match value {
            Some(value) => value,
            None => (LetValue::Poisoned, 0),
        };
        let definition = name_node.span();
        self.note_definition(&name, &definition, &value, statement.span().end);
        self.lets.push(Let { name, value, size, is_parameter: false, rows: None, definition });
    }

    /// True when a name has a meaning in this scope already. What an engine runs may shadow a parameter of the query.
    fn is_taken(&self, name: &str) -> bool {
        let Some(place) = self.lets.place(name).filter(|place| *place >= self.scope) else { return false };
        let shadows = self.context.capabilities.is_some() && self.scope == 0;
        !(shadows && self.lets.is_parameter(place))
    }

    /// Notes what a name is given to; it can be used from an offset on.
    pub(super) fn note_definition(&mut self, name: &str, definition: &Span, value: &LetValue, from: usize) {
        let (ty, columns) = match value {
            LetValue::Scalar(value) => (Some(value.ty), None),
            LetValue::Table(table) => (None, Some(Arc::clone(&table.relation.columns))),
            LetValue::Function(function) => (function.scalar_type(), function.columns()),
            LetValue::Poisoned => (None, None),
        };
        let meaning = match value {
            LetValue::Function(_) => Meaning::LocalFunction,
            _ => Meaning::Variable,
        };
        let end = self.scope_end;
        self.note_variable(|| VariableFact {
            name: name.to_owned(),
            definition: definition.clone(),
            visible: from..end,
            meaning,
            ty,
            columns,
        });
    }

    fn let_value(&mut self, expr: Expr<'_>) -> Option<(LetValue, usize)> {
        if self.is_tabular(expr, &Row::NONE) || self.is_poisoned(expr) {
            let table = self.nested_table(expr)?;
            let size = relation_size(&table.relation);
            return Some((LetValue::Table(Box::new(table)), size));
        }
        let value = self.constant(expr)?;
        let size = scalar_size(&value);
        Some((LetValue::Scalar(value), size))
    }

    /// A name that is a `let` in error may have been a table: then silence is right either way.
    pub(super) fn is_poisoned(&self, expr: Expr<'_>) -> bool {
        match expr.without_parens() {
            Some(Expr::Name(name)) => {
                matches!(self.find_let(&name.value()).map(|l| &l.value), Some(LetValue::Poisoned))
            }
            _ => false,
        }
    }
}

impl Binder<'_> {
    /// True when an expression is a single value and no table. A name that means nothing is one for a text that is only
    /// looked at: what was meant by it is not known.
    pub(super) fn is_single_value(&self, expr: Expr<'_>) -> bool {
        match expr.without_parens() {
            Some(Expr::Name(name)) => match self.find_let(&name.value()).map(|binding| &binding.value) {
                Some(LetValue::Scalar(_)) => true,
                Some(LetValue::Function(function)) => !function.gives_table(),
                Some(_) => false,
                None => self.context.capabilities.is_none() && !self.names_table(&name.value()),
            },
            Some(Expr::Call(call)) if self.call_is_pattern(call) => !self.is_tabular(expr, &Row::NONE),
            Some(Expr::Call(call)) if self.call_is_local(call) => !self.is_tabular(expr, &Row::NONE),
            _ => is_single_value(expr),
        }
    }

    fn call_is_pattern(&self, call: CallExpr<'_>) -> bool {
        call.name().is_some_and(|name| self.pattern_gives_table(&name.value()).is_some())
    }

    fn call_is_local(&self, call: CallExpr<'_>) -> bool {
        call.name().is_some_and(|name| {
            matches!(self.find_let(&name.value()).map(|binding| &binding.value), Some(LetValue::Function(_)))
        })
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
