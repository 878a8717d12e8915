//! Functions that `let` makes.
//!
//! The body is bound once where it stands, by the rules of a text that is only looked at and with parameters of which
//! only types are known: that gives what there is to say of it, and what it gives. A call binds it again with the
//! arguments in the place of the parameters, in the names that were there at the definition: that is what an engine
//! runs. Where nobody will run it, a call is bound again only when its columns hang on the arguments.

mod arguments;
mod hunting;

use std::rc::Rc;
use std::sync::Arc;

use super::Binder;
use super::convert::{a, convert};
use super::facts::{Facts, Meaning, VariableFact};
use super::membership::reads_row;
use super::scope::{Let, LetValue, Row, Table, Unknown, relation_size, scalar_size};
use crate::kql::{
    CallExpr, ColumnSymbol, Expr, FunctionBody, FunctionDeclaration, FunctionResult, Operator, ParameterDeclaration,
    Query, Relation, RowSchema, Scalar, ScalarKind, ScalarType, Span, Statement, SyntaxKind, parse,
};

use arguments::PassedArgument;

/// Functions that find a table by a text: what they give hangs on the arguments of the function around them.
const LOOKUPS: [&str; 7] =
    ["table", "external_table", "materialized_view", "database", "cluster", "stored_query_result", "entity_group"];

/// What a function gives.
#[derive(Debug, Clone)]
pub(super) enum Given {
    Scalar(Scalar),
    Table(Box<Table>),
}

/// A function of this text.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about a function")]
pub(super) struct LocalFunction {
    /// The declaration, by its number in the tree.
    node: u32,
    parameters: Vec<FunctionParameter>,
    pub(super) is_view: bool,
    /// How many names there were where it was defined.
    lets: usize,
    /// What the body gives as far as that is known without arguments.
    given: Option<Given>,
    /// The columns of what it gives hang on the arguments.
    is_variable: bool,
    /// There is a mistake in it, which has been reported.
    is_wrong: bool,
    /// What a function of the service gives, which has no body here.
    service: Option<FunctionResult>,
    takes_column: bool,
    /// How a function of the service is written, where it is known.
    text: Option<&'static str>,
}

#[derive(Debug)]
pub(super) struct FunctionParameter {
    name: String,
    definition: Span,
    kind: ParameterKind,
    default: Option<Scalar>,
}

#[derive(Debug)]
enum ParameterKind {
    Scalar(ScalarType),
    /// The columns that the argument must have.
    Table(Arc<[ColumnSymbol]>),
}

impl LocalFunction {
    /// The rows of a call, under the name that `union withsource` tells them by: a view's own (`kql-semantics` §14.3).
    pub(super) fn names_rows_of(&self, name: &str, table: Table) -> Table {
        if self.is_view { Table { source: Some(name.to_owned()), ..table } } else { table }
    }

    pub(super) fn gives_table(&self) -> bool {
        matches!(self.given, Some(Given::Table(_)))
    }

    pub(super) fn scalar_type(&self) -> Option<ScalarType> {
        match &self.given {
            Some(Given::Scalar(value)) => Some(value.ty),
            _ => None,
        }
    }

    pub(super) fn columns(&self) -> Option<Arc<[ColumnSymbol]>> {
        match &self.given {
            Some(Given::Table(table)) => Some(Arc::clone(&table.relation.columns)),
            _ => None,
        }
    }

    /// How many arguments a call needs at least.
    pub(super) fn fewest(&self) -> usize {
        self.parameters.iter().filter(|parameter| parameter.default.is_none()).count()
    }
}

impl Binder<'_> {
    /// Binds the function where it is defined.
    pub(super) fn local_function(&mut self, declaration: FunctionDeclaration<'_>) -> Option<LetValue> {
        let found = self.errors();
        let parameters = self.function_parameters(declaration);
        let variable_calls = std::mem::replace(&mut self.calls_variable, false);
        let lets = self.lets.len();
        let body = declaration.body()?.span();
        let context = self.context;
        // Rules that ask for constants and the like are held to at each call, where the arguments are known.
        self.context.capabilities = None;
        let given = self.within_function(body.end, |binder| {
            for parameter in &parameters {
                binder.define_parameter(parameter, &body);
            }
            binder.body_value(declaration)
        });
        self.context = context;
        let has_table = parameters.iter().any(|it| matches!(it.kind, ParameterKind::Table(_)));
        let is_variable = has_table || self.calls_variable || looks_up(declaration);
        self.calls_variable = variable_calls;
        Some(LetValue::Function(Rc::new(LocalFunction {
            node: declaration.node().number(),
            parameters,
            is_view: declaration.is_view(),
            lets,
            given,
            is_variable,
            is_wrong: self.errors() > found,
            service: None,
            takes_column: false,
            text: None,
        })))
    }

    fn errors(&self) -> usize {
        self.diagnostics.iter().filter(|finding| finding.severity == crate::kql::Severity::Error).count()
    }

    /// Runs a binding in a scope of its own, which sees the names that there are now.
    pub(super) fn within_function<T>(&mut self, end: usize, inner: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let lets = self.lets.len();
        let scope = std::mem::replace(&mut self.scope, lets);
        let scope_end = std::mem::replace(&mut self.scope_end, end);
        let collecting = self.collecting.take();
        let result = self.deeper(0..0, inner);
        self.collecting = collecting;
        self.scope_end = scope_end;
        self.scope = scope;
        self.lets.truncate(lets);
        result
    }

    fn function_parameters(&mut self, declaration: FunctionDeclaration<'_>) -> Vec<FunctionParameter> {
        let mut parameters: Vec<FunctionParameter> = Vec::new();
        for declaration in declaration.parameters() {
            let Some(name) = declaration.name() else { continue };
            let kind = self.parameter_kind(declaration);
            let is_late = matches!(kind, ParameterKind::Table(_))
                && parameters.last().is_some_and(|before| matches!(before.kind, ParameterKind::Scalar(_)));
            if is_late {
                let code = self.code("SEM0100", "KS226");
                let message = "parameters that are tables stand before all others";
                let _: Option<()> = self.error(code, declaration.span(), message);
            }
            let default = declaration.default().and_then(|default| self.parameter_default(default, &kind));
            let (name, definition) = (name.value().into_owned(), name.span());
            parameters.push(FunctionParameter { name, definition, kind, default });
        }
        parameters
    }

    fn parameter_kind(&mut self, declaration: ParameterDeclaration<'_>) -> ParameterKind {
        match (declaration.schema(), declaration.type_name()) {
            (Some(schema), _) => ParameterKind::Table(self.schema_columns(schema)),
            (None, Some(name)) => {
                if let Some(ty) = ScalarType::from_name(name.text()) {
                    ParameterKind::Scalar(ty)
                } else {
                    let code = self.code("SYN0002", "KS160");
                    let _: Option<()> = self.error(code, name.span(), format!("there is no type '{}'", name.text()));
                    ParameterKind::Scalar(ScalarType::Unknown)
                }
            }
            (None, None) => ParameterKind::Scalar(ScalarType::Unknown),
        }
    }

    /// The columns that a parameter's schema names; none for `(*)`.
    pub(super) fn schema_columns(&mut self, schema: RowSchema<'_>) -> Arc<[ColumnSymbol]> {
        let mut columns = Vec::new();
        for column in schema.columns() {
            let (Some(name), Some(ty)) = (column.name(), column.type_name()) else { continue };
            let scalar = ScalarType::from_name(ty.text());
            if scalar.is_none() {
                let code = self.code("SYN0002", "KS160");
                let _: Option<()> = self.error(code, ty.span(), format!("there is no type '{}'", ty.text()));
            }
            columns.push(ColumnSymbol::new(name.value(), scalar.unwrap_or(ScalarType::Unknown)));
        }
        columns.into()
    }

    /// A default is a literal of the parameter's type, or a number where that is one.
    fn parameter_default(&mut self, default: Expr<'_>, kind: &ParameterKind) -> Option<Scalar> {
        let value = self.constant(default)?;
        match kind {
            ParameterKind::Scalar(ScalarType::Unknown) => Some(value),
            ParameterKind::Scalar(ty) if value.ty == *ty => Some(value),
            ParameterKind::Scalar(ty) if value.ty.is_numeric() && ty.is_numeric() => Some(convert(value, *ty)),
            ParameterKind::Scalar(ty) => {
                let code = self.code("SEM0254", "KS141");
                let message = format!("the parameter is {}, and its default is {}", a(*ty), a(value.ty));
                self.error(code, value.span, message)
            }
            ParameterKind::Table(_) => {
                let code = self.code("SEM0254", "KS141");
                self.error(code, value.span, "a parameter that is a table has no default")
            }
        }
    }

    /// A parameter as the body sees it before anybody calls.
    fn define_parameter(&mut self, parameter: &FunctionParameter, body: &Span) {
        let span = parameter.definition.clone();
        let value = match &parameter.kind {
            ParameterKind::Scalar(ty) => {
                let kind = ScalarKind::Parameter(parameter.name.clone());
                LetValue::Scalar(Scalar { kind, ty: *ty, span })
            }
            ParameterKind::Table(columns) => {
                let operator = Operator::Opaque { construct: "a parameter", inputs: Vec::new() };
                let relation = Relation::new(operator, Arc::clone(columns), span);
                LetValue::Table(Box::new(Table {
                    relation,
                    unknown: Unknown::default(),
                    depth: 1,
                    source: None,
                    graph: None,
                }))
            }
        };
        let (ty, columns) = match &parameter.kind {
            ParameterKind::Scalar(ty) => (Some(*ty), None),
            ParameterKind::Table(columns) => (None, Some(Arc::clone(columns))),
        };
        self.note_variable(|| VariableFact {
            name: parameter.name.clone(),
            definition: parameter.definition.clone(),
            visible: body.clone(),
            meaning: Meaning::Parameter,
            ty,
            columns,
        });
        self.push_parameter(parameter, value, 0);
    }

    fn push_parameter(&mut self, parameter: &FunctionParameter, value: LetValue, size: usize) {
        let rows = match &value {
            LetValue::Scalar(value) if reads_row(value) => Some(self.nesting),
            _ => None,
        };
        let (name, definition) = (parameter.name.clone(), parameter.definition.clone());
        self.lets.push(Let { name, value, size, is_parameter: true, rows, definition });
    }

    /// Binds the statements of a body; the last expression is what it gives.
    fn body_value(&mut self, declaration: FunctionDeclaration<'_>) -> Option<Given> {
        self.body_given(declaration.body()?)
    }

    pub(super) fn body_given(&mut self, body: FunctionBody<'_>) -> Option<Given> {
        let mut given = None;
        for statement in body.statements() {
            match statement {
                Statement::Let(binding) => self.let_statement(binding),
                Statement::Expression(expression) => given = expression.expr().and_then(|expr| self.given(expr)),
                Statement::Declare(declare) => self.declare_parameters(declare),
                other => {
                    let construct = format!("{} in a function", other.construct());
                    return self.refuse(&construct, other.span());
                }
            }
        }
        given
    }

    /// An expression that may be a table or a single value.
    pub(super) fn given(&mut self, expr: Expr<'_>) -> Option<Given> {
        if self.is_tabular(expr, &Row::NONE) || self.is_poisoned(expr) {
            return Some(Given::Table(Box::new(self.tabular(expr)?)));
        }
        self.constant(expr).map(Given::Scalar)
    }

    /// The name of a function without a list of arguments: that is a call where none are needed.
    pub(super) fn call_without_list(&mut self, name: &str, function: &Rc<LocalFunction>, span: Span) -> Option<Given> {
        if function.fewest() > 0 {
            let code = self.code("SEM0219", "KS117");
            let message = format!("'{name}' is a function and needs its arguments: {name}(…)");
            let _: Option<()> = self.error(code, span.clone(), message);
            return if self.context.capabilities.is_none() { self.known(function, &span) } else { None };
        }
        self.expand_call(function, Vec::new(), &span)
    }

    /// What a function gives without regard to its arguments.
    fn known(&mut self, function: &LocalFunction, span: &Span) -> Option<Given> {
        if let Some(FunctionResult::Table(columns) | FunctionResult::InputWith(columns)) = &function.service {
            let operator = Operator::Opaque { construct: "a function of the service", inputs: Vec::new() };
            let relation = Relation::new(operator, Arc::clone(columns), span.clone());
            let table = Table::in_error(Arc::clone(&relation.columns), span.clone());
            return Some(Given::Table(Box::new(Table { relation, ..table })));
        }
        match function.given.clone() {
            None => {
                let kind = ScalarKind::Parameter(String::new());
                Some(Given::Scalar(Scalar { kind, ty: ScalarType::Unknown, span: span.clone() }))
            }
            Some(Given::Scalar(value)) => {
                self.charge(scalar_size(&value), span)?;
                Some(Given::Scalar(Scalar { span: span.clone(), ..value }))
            }
            Some(Given::Table(table)) => {
                self.charge(relation_size(&table.relation), span)?;
                Some(Given::Table(table))
            }
        }
    }

    /// What a function gives for these arguments; those that are not there have their defaults.
    fn expand_call(
        &mut self,
        function: &Rc<LocalFunction>,
        arguments: Vec<Option<PassedArgument>>,
        span: &Span,
    ) -> Option<Given> {
        if let (Some(text), true) = (function.text, self.context.capabilities.is_some()) {
            return self.hunting_function(function, text, arguments, span);
        }
        if let Some(result) = &function.service {
            return self.service_result(result, arguments, span);
        }
        let is_looked_at = self.context.capabilities.is_none();
        self.calls_variable |= function.is_variable;
        if is_looked_at && (!function.is_variable || function.is_wrong) {
            return self.known(function, span);
        }
        if function.is_wrong {
            return None;
        }
        let declaration = FunctionDeclaration::cast(self.tree.node(function.node))?;
        let found = self.diagnostics.len();
        let given = self.body_with(function, declaration, arguments);
        if is_looked_at {
            // What is wrong only with these arguments is for the engine to say.
            self.diagnostics.truncate(found);
        }
        match given {
            Some(Given::Scalar(value)) => Some(Given::Scalar(Scalar { span: span.clone(), ..value })),
            None if is_looked_at => self.known(function, span),
            given => given,
        }
    }

    /// Binds the body with the arguments in the place of the parameters, among the names that there were at its definition.
    fn body_with(
        &mut self,
        function: &LocalFunction,
        declaration: FunctionDeclaration<'_>,
        arguments: Vec<Option<PassedArgument>>,
    ) -> Option<Given> {
        let later = self.lets.split_off(function.lets);
        // What is learnt of the body has been learnt at its definition.
        let facts: Option<Facts> = self.facts.take();
        let given = self.within_function(self.scope_end, |binder| {
            let mut arguments = arguments.into_iter();
            for parameter in &function.parameters {
                let passed = arguments.next().flatten();
                let value = match passed {
                    Some(PassedArgument::Scalar(value)) => LetValue::Scalar(value),
                    Some(PassedArgument::Table(table)) => LetValue::Table(table),
                    None => parameter.default.clone().map_or(LetValue::Poisoned, LetValue::Scalar),
                };
                let size = match &value {
                    LetValue::Scalar(value) => scalar_size(value),
                    LetValue::Table(table) => relation_size(&table.relation),
                    _ => 0,
                };
                binder.push_parameter(parameter, value, size);
            }
            binder.body_value(declaration)
        });
        self.facts = facts;
        for binding in later {
            self.lets.push(binding);
        }
        given
    }
}

impl Binder<'_> {
    /// A function of the service of which it is known what it gives.
    pub(super) fn service_function(&mut self, name: &str) -> Option<Rc<LocalFunction>> {
        let symbol = self.context.schema.function(name)?;
        if symbol.result == FunctionResult::Unknown {
            return None;
        }
        let tree = parse(&format!("let f = {} {{ 1 }};", symbol.parameters));
        let Some(Statement::Let(binding)) = Query::of(&tree).statements().next() else { return None };
        let Some(crate::kql::LetValue::Function(declaration)) = binding.value() else { return None };
        let (found, facts) = (self.diagnostics.len(), self.facts.take());
        let parameters = self.function_parameters(declaration);
        self.diagnostics.truncate(found);
        self.facts = facts;
        Some(Rc::new(LocalFunction {
            node: 0,
            parameters,
            is_view: false,
            lets: 0,
            given: None,
            is_variable: true,
            is_wrong: false,
            service: Some(symbol.result.clone()),
            takes_column: symbol.takes_column,
            text: symbol.body,
        }))
    }

    /// A call of a function of the service: `None` outside when there is none of the name that says what it gives.
    pub(super) fn call_service(
        &mut self,
        call: CallExpr<'_>,
        row: &Row<'_>,
        implicit: Option<(Table, Span)>,
    ) -> Option<Option<Given>> {
        let name = call.name()?;
        let function = self.service_function(&name.value())?;
        self.note_name(&name.span(), &name.value(), Meaning::ServiceFunction, None, None);
        if self.context.capabilities.is_some() && function.text.is_none() {
            let symbol = self.context.schema.function(&name.value());
            return Some(match (symbol.and_then(|symbol| Some((symbol, symbol.known.as_ref()?))), implicit) {
                (Some((symbol, files)), Some((input, _))) => {
                    self.file_profile(call, symbol, files, input).map(|table| Given::Table(Box::new(table)))
                }
                _ => self.refuse(&format!("{}()", name.value()), call.span()),
            });
        }
        Some(self.call_local(&function, call, row, implicit))
    }

    fn service_result(
        &mut self,
        result: &FunctionResult,
        arguments: Vec<Option<PassedArgument>>,
        span: &Span,
    ) -> Option<Given> {
        let input = arguments.into_iter().flatten().find_map(|argument| match argument {
            PassedArgument::Table(table) => Some(*table),
            PassedArgument::Scalar(_) => None,
        });
        let opaque = |inputs: Vec<Relation>| Operator::Opaque { construct: "a function of the service", inputs };
        let table = match (result, input) {
            (FunctionResult::Table(columns), _) => {
                self.fresh(Relation::new(opaque(Vec::new()), Arc::clone(columns), span.clone()))?
            }
            (FunctionResult::InputWith(more), Some(input)) => {
                let mut columns = input.columns().to_vec();
                for column in more.iter() {
                    match columns.iter_mut().find(|own| own.name == column.name) {
                        Some(own) => *own = column.clone(),
                        None => columns.push(column.clone()),
                    }
                }
                let (unknown, depth) = (input.unknown.clone(), input.depth + 1);
                self.table(Relation::new(opaque(vec![input.relation]), columns, span.clone()), unknown, depth)?
            }
            (_, Some(input)) => input,
            (_, None) => return None,
        };
        Some(Given::Table(Box::new(table)))
    }
}

/// True when the body finds a table by a text.
fn looks_up(declaration: FunctionDeclaration<'_>) -> bool {
    let is_lookup = |text: &str| LOOKUPS.contains(&text);
    declaration.body().is_some_and(|body| {
        let mut calls = body.node().descendants().filter(|node| node.kind() == SyntaxKind::CallExpr);
        calls.any(|call| call.children().next().is_some_and(|name| is_lookup(name.text())))
    })
}
