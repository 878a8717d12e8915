//! Arguments of a call of a function of this text: which is for which parameter, and whether it is what that wants.

use std::rc::Rc;

use super::{Given, LocalFunction, ParameterKind};
use crate::kql::bind::Binder;
use crate::kql::bind::call::arity_message;
use crate::kql::bind::convert::{a, convert, is_literal, literal};
use crate::kql::bind::scope::{Row, Table, widest};
use crate::kql::{CallExpr, ColumnSymbol, Expr, Scalar, ScalarType, Span, Value};

/// An argument as its parameter wants it.
#[derive(Debug, Clone)]
pub(in crate::kql::bind) enum PassedArgument {
    Scalar(Scalar),
    Table(Box<Table>),
}

/// The table that `invoke` gives to the first parameter, and where it stands in the text.
pub(in crate::kql::bind) type Implicit = (Table, Span);

impl Binder<'_> {
    /// A call of a function that this text has made; `implicit` is what `invoke` gives to it.
    pub(in crate::kql::bind) fn call_local(
        &mut self,
        function: &Rc<LocalFunction>,
        call: CallExpr<'_>,
        row: &Row<'_>,
        implicit: Option<Implicit>,
    ) -> Option<Given> {
        let name = call.name()?;
        if function.service.is_none() {
            self.note_let(&name.value(), &name.span());
        }
        let arguments: Vec<Expr<'_>> = call.arguments().collect();
        let given = arguments.len() + usize::from(implicit.is_some());
        let count = function.parameters.len();
        if given < function.fewest() || given > count {
            let code = self.code("SEM0219", "KS119");
            let _: Option<()> = self.error(code, name.span(), arity_message(&name.value(), function.fewest(), count));
            self.look_at(&arguments, row);
            return self.after_mistake(function, &call.span());
        }
        let first = usize::from(implicit.is_some());
        let Some(places) = self.argument_places(function, &arguments, first) else {
            self.look_at(&arguments, row);
            return self.after_mistake(function, &call.span());
        };
        let mut passed: Vec<Option<PassedArgument>> = vec![None; count];
        let mut failed = false;
        if let Some((table, span)) = implicit {
            passed[0] = self.check_table(table, &function.parameters[0].kind, span).map(PassedArgument::Table);
            failed |= passed[0].is_none();
        }
        for (argument, place) in arguments.iter().zip(places) {
            let value = match argument {
                Expr::Named(named) => named.value(),
                other => Some(*other),
            };
            let one = match value {
                // What the service takes for the name of a column is not looked up.
                Some(Expr::Name(column)) if function.takes_column && first == 1 && place == 1 => {
                    let text = Value::String(column.value().into_owned());
                    Some(PassedArgument::Scalar(literal(text, column.span())))
                }
                value => value.and_then(|value| self.passed(value, &function.parameters[place].kind, row)),
            };
            failed |= one.is_none();
            passed[place] = one;
        }
        let missing = function.parameters.iter().zip(&passed).find(|(it, one)| one.is_none() && it.default.is_none());
        match missing {
            Some((parameter, _)) if !failed => {
                let code = self.code("SEM0219", "KS197");
                let message = format!("{}() needs a value for '{}'", name.value(), parameter.name);
                let _: Option<()> = self.error(code, name.span(), message);
                self.after_mistake(function, &call.span())
            }
            _ if failed => self.after_mistake(function, &call.span()),
            _ => self.expand_call(function, passed, &call.span()),
        }
    }

    /// What goes on after a call that is wrong: its type is known all the same.
    fn after_mistake(&mut self, function: &LocalFunction, span: &Span) -> Option<Given> {
        if self.context.capabilities.is_none() { self.known(function, span) } else { None }
    }

    /// Looks at arguments of which nothing else is known.
    fn look_at(&mut self, arguments: &[Expr<'_>], row: &Row<'_>) {
        for argument in arguments {
            let value = match argument {
                Expr::Named(named) => named.value(),
                Expr::Star(_) => None,
                other => Some(*other),
            };
            let Some(value) = value else { continue };
            if self.is_tabular(value, row) {
                let _ = self.nested_table(value);
            } else {
                let _ = self.scalar(value, row);
            }
        }
    }

    /// For each argument the place of its parameter.
    fn argument_places(
        &mut self,
        function: &LocalFunction,
        arguments: &[Expr<'_>],
        first: usize,
    ) -> Option<Vec<usize>> {
        let mut out_of_order = false;
        let mut places = Vec::with_capacity(arguments.len());
        for (index, argument) in arguments.iter().enumerate() {
            let own = index + first;
            match argument {
                Expr::Named(named) => {
                    let name = named.names().next()?;
                    let wanted = name.value();
                    let Some(place) = function.parameters.iter().position(|it| it.name == wanted) else {
                        let code = self.code("SEM0219", "KS196");
                        return self.error(code, name.span(), format!("there is no parameter '{wanted}'"));
                    };
                    out_of_order |= place != own;
                    places.push(place);
                }
                other if out_of_order => {
                    let code = self.code("SEM0219", "KS195");
                    let message = "after a named argument that is not in its place every one needs its name";
                    return self.error(code, other.span(), message);
                }
                Expr::Star(star) => {
                    let code = self.code("SYN0002", "KS191");
                    return self.error(code, star.span(), "'*' cannot stand here");
                }
                _ => places.push(own),
            }
        }
        Some(places)
    }

    fn passed(&mut self, argument: Expr<'_>, kind: &ParameterKind, row: &Row<'_>) -> Option<PassedArgument> {
        let is_table = self.is_tabular(argument, row);
        match kind {
            ParameterKind::Table(_) if is_table => {
                let table = self.nested_table(argument)?;
                self.check_table(table, kind, argument.span()).map(PassedArgument::Table)
            }
            ParameterKind::Table(_) => {
                let value = self.scalar(argument, row)?;
                self.scalar_is_no_table(value.span)
            }
            ParameterKind::Scalar(_) if is_table => {
                self.nested_table(argument)?;
                self.context.capabilities?;
                self.error("SEM0100", argument.span(), "a table stands where a single value is expected")
            }
            ParameterKind::Scalar(ty) => {
                let value = self.scalar(argument, row)?;
                self.check_scalar(value, *ty).map(PassedArgument::Scalar)
            }
        }
    }

    /// The value as the parameter's type. The official library lets every type pass; an engine must know how.
    fn check_scalar(&mut self, value: Scalar, ty: ScalarType) -> Option<Scalar> {
        if value.ty == ty || ty == ScalarType::Unknown {
            return Some(value);
        }
        if self.context.capabilities.is_none() {
            return Some(Scalar { ty, ..value });
        }
        let widens = widest(value.ty, ty) == Some(ty);
        if widens || value.ty == ScalarType::Unknown || (is_literal(&value) && widest(value.ty, ty).is_some()) {
            return Some(convert(value, ty));
        }
        let message = format!("the parameter is {}, and this is {}", a(ty), a(value.ty));
        self.error("SEM0254", value.span, message)
    }

    /// The table, when it has the columns that the parameter wants.
    fn check_table(&mut self, table: Table, kind: &ParameterKind, span: Span) -> Option<Box<Table>> {
        let ParameterKind::Table(wanted) = kind else {
            let code = self.code("SEM0254", "KS107");
            return self.error(code, span, "a table stands where a single value is expected");
        };
        let has = |column: &ColumnSymbol| {
            let found = table.columns().iter().find(|it| it.name == column.name);
            match found {
                Some(found) => found.ty == column.ty || found.ty == ScalarType::Unknown,
                None => table.unknown.is_open || table.is_unknown(&column.name),
            }
        };
        let missing = wanted.iter().find(|column| !has(column));
        match missing {
            None => Some(Box::new(table)),
            Some(column) => {
                let code = self.code("SEM0100", "KS249");
                let message = format!("the table needs a column '{}' that is {}", column.name, a(column.ty));
                self.error(code, span, message)
            }
        }
    }
}
