//! Tabular expressions: where a pipe begins, and the pipe itself.

use std::rc::Rc;
use std::sync::Arc;

use super::Binder;
use super::expression::text_of;
use super::function::Given;
use super::scope::{LetValue, Row, Table, Unknown};
use crate::kql::{CallExpr, Expr, FunctionResult, Operator, PathExpr, PipeExpr, Relation, Span, catalog};

/// Functions of the hunting schema that give a table; only the service has them.
pub(super) const HUNTING_FUNCTIONS: [&str; 10] = [
    "AssignedIPAddresses",
    "DeviceFromIP",
    "FileProfile",
    "GetAnomalousBehaviorsAbout",
    "GetAnomalousBehaviorsByKind",
    "GetAnomalousBehaviorsByValue",
    "GetFirstSeenBehaviors",
    "GetHighVolumeAnomalyBehaviors",
    "GetUncommonValueBehaviors",
    "SeenBy",
];

/// True for functions that give a table.
pub(super) fn is_table_function(name: &str) -> bool {
    matches!(
        name,
        "materialize"
            | "table"
            | "database"
            | "cluster"
            | "external_table"
            | "materialized_view"
            | "stored_query_result"
            | "entity_group"
            | "graph"
            | "workspace"
            | "app"
    ) || HUNTING_FUNCTIONS.contains(&name)
}

impl Binder<'_> {
    /// A tabular expression inside another expression: aggregates of around it have no place in it.
    pub(super) fn nested_table(&mut self, expr: Expr<'_>) -> Option<Table> {
        let collecting = self.collecting.take();
        self.nesting += 1;
        let table = self.tabular(expr);
        self.nesting -= 1;
        self.collecting = collecting;
        table
    }

    pub(super) fn tabular(&mut self, expr: Expr<'_>) -> Option<Table> {
        self.deeper(expr.span(), |binder| binder.tabular_here(expr))
    }

    fn tabular_here(&mut self, expr: Expr<'_>) -> Option<Table> {
        match expr {
            Expr::Pipe(pipe) => self.pipe(pipe),
            Expr::Operator(operator) => self.operator(operator, None),
            Expr::Paren(paren) => self.tabular(paren.inner()?),
            Expr::Name(name) => self.table_name(&name.value(), name.span()),
            Expr::Datatable(datatable) => self.datatable(datatable),
            Expr::ExternalData(data) => self.externaldata(data),
            Expr::Call(call) => self.table_call(call),
            Expr::Path(path) => self.table_path(path),
            _ if self.context.capabilities.is_some() => self.error("SEM0100", expr.span(), "a table is expected here"),
            _ => {
                let value = self.constant(expr)?;
                self.scalar_is_no_table(value.span)
            }
        }
    }

    /// What stands before the first `|`. The official library takes a single value for a table without columns.
    fn pipe_source(&mut self, source: Expr<'_>) -> Option<Table> {
        let is_named = matches!(source.without_parens(), Some(Expr::Name(_)));
        let is_known = !is_named || self.names_value(source);
        if self.context.capabilities.is_some() || !is_known || !self.is_single_value(source) {
            return self.tabular(source);
        }
        let span = self.constant(source)?.span;
        self.fresh(Relation::new(Operator::Opaque { construct: "a value", inputs: Vec::new() }, [], span))
    }

    /// True for a name that this text has given to something.
    fn names_value(&self, expr: Expr<'_>) -> bool {
        match expr.without_parens() {
            Some(Expr::Name(name)) => self.find_let(&name.value()).is_some(),
            _ => false,
        }
    }

    fn pipe(&mut self, pipe: PipeExpr<'_>) -> Option<Table> {
        let lets = self.lets.len();
        let source = pipe.source()?;
        let mut table = self.pipe_source(source).unwrap_or_else(|| Table::in_error([].into(), source.span()));
        for operator in pipe.operators() {
            let columns = Arc::clone(&table.relation.columns);
            // What is wrong has been said; behind it nothing is sure, so every name is let pass.
            table = match self.operator(operator, Some(table)) {
                Some(table) => table,
                None => Table::in_error(columns, operator.span()),
            };
        }
        // Names that `as` has given end with the pipe, but the official library keeps them for the whole text.
        if self.context.capabilities.is_some() {
            self.lets.truncate(lets);
        }
        Some(table)
    }

    fn table_call(&mut self, call: CallExpr<'_>) -> Option<Table> {
        let name = call.name()?;
        let (name, span) = (name.value(), name.span());
        if let Some(given) = self.pattern_call(call) {
            return self.table_given(given?);
        }
        match self.find_let(&name).map(|binding| &binding.value) {
            Some(LetValue::Poisoned) => return None,
            Some(LetValue::Function(function)) => {
                let function = Rc::clone(function);
                return match self.call_local(&function, call, &Row::NONE, None)? {
                    Given::Table(table) => Some(function.names_rows_of(&name, *table)),
                    Given::Scalar(value) => self.scalar_is_no_table(value.span),
                };
            }
            _ => {}
        }
        match name.as_ref() {
            "materialize" => self.materialize(call),
            "table" => self.table_by_text(call),
            _ if self.context.schema.function(&name).is_some_and(|it| it.result != FunctionResult::Unknown) => {
                let given = self.call_service(call, &Row::NONE, None)??;
                self.table_given(given)
            }
            _ if is_table_function(&name) && self.context.capabilities.is_none() => self.entity_call(call),
            _ if is_table_function(&name) => self.refuse(&format!("{name}()"), call.span()),
            _ if catalog::function(&name).is_some() || name == "toscalar" => {
                let code = self.code("SEM0100", "KS111");
                self.error(code, call.span(), format!("{name}() gives a single value, but a table is expected here"))
            }
            _ => self.unknown_function(&name, span),
        }
    }

    fn table_given(&mut self, given: Given) -> Option<Table> {
        match given {
            Given::Table(table) => Some(*table),
            Given::Scalar(value) => self.scalar_is_no_table(value.span),
        }
    }

    /// `materialize(T)`: computed once, however often the `let` that holds it is used.
    fn materialize(&mut self, call: CallExpr<'_>) -> Option<Table> {
        let mut arguments = call.arguments();
        let (Some(argument), None) = (arguments.next(), arguments.next()) else {
            return self.error("SEM0219", call.span(), "materialize() takes one argument");
        };
        let table = self.nested_table(argument)?;
        self.computed_once(table, call.span())
    }

    pub(super) fn computed_once(&mut self, table: Table, span: Span) -> Option<Table> {
        let id = self.next_materialize;
        self.next_materialize += 1;
        let columns = Arc::clone(&table.relation.columns);
        let operator = Operator::Materialize { id, input: Arc::new(table.relation) };
        self.table(Relation::new(operator, columns, span), table.unknown, table.depth + 1)
    }

    /// `table('T')`, in this database.
    fn table_by_text(&mut self, call: CallExpr<'_>) -> Option<Table> {
        if self.context.capabilities.is_none() {
            return self.entity_call(call);
        }
        let arguments: Vec<Expr<'_>> = call.arguments().collect();
        let [name] = arguments.as_slice() else {
            return self.refuse("table() with a scope", call.span());
        };
        let value = self.constant(*name)?;
        let Some(name) = text_of(&value) else {
            return self.error("SEM0040", value.span, "the name of the table must be a constant text");
        };
        if self.context.schema.table(name).is_none() {
            let name = name.to_owned();
            return self.unknown_table(&name, value.span);
        }
        // A `let` of the same name is not what is meant.
        let lets = std::mem::take(&mut self.lets);
        let table = self.table_name(name, call.span());
        self.lets = lets;
        table
    }

    /// `database('d').T`, `cluster('c').database('d').T`.
    fn table_path(&mut self, path: PathExpr<'_>) -> Option<Table> {
        if let Some(given) = self.pattern_path(path) {
            return self.table_given(given?);
        }
        if let (Some(Expr::Name(base)), Some(Expr::Name(table))) = (path.base(), path.selector())
            && self.is_local_database(&base.value())
        {
            // A `let` of the same name is not what is meant.
            let lets = std::mem::take(&mut self.lets);
            let found = self.table_name(&table.value(), table.span());
            self.lets = lets;
            return found;
        }
        let mut base = path.base();
        let mut function = None;
        while let Some(expr) = base {
            base = match expr {
                Expr::Path(inner) => inner.base(),
                Expr::Call(call) => {
                    function = call.name().map(|name| name.value().into_owned());
                    None
                }
                _ => None,
            };
        }
        match function {
            _ if self.context.capabilities.is_none() => self.entity_path(path),
            Some(name) => self.refuse(&format!("{name}()"), path.span()),
            None => self.error("SEM0100", path.span(), "a table is expected here"),
        }
    }

    /// A table of given columns with nothing unknown.
    pub(super) fn fresh(&mut self, relation: Relation) -> Option<Table> {
        self.table(relation, Unknown::default(), 1)
    }
}
