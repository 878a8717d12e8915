//! `declare query_parameters`: values that come with the request.
//!
//! A value comes as text. Kusto reads it as if it were a literal of the declared type in the body of the query
//! (`kql-semantics` §10); clients send `5`, `datetime(2020-01-01)`, `dynamic([1])`, and texts bare or in quotes.

use std::collections::BTreeSet;

use super::Binder;
use super::convert::{a, literal};
use super::fold;
use super::scope::{Let, LetValue, Row, scalar_size, widest};
use crate::kql::{
    Capabilities, Context, DeclareStatement, Diagnostic, Expr, ParameterDeclaration, Query, Scalar, ScalarKind,
    ScalarType, Schema, Severity, Statement, Tree, Value, parse, string_literal, string_value,
};

/// The code of a parameter that has no value.
const NO_VALUE: &str = "TLY0016";
/// The code of a value that is none of its type.
const BAD_VALUE: &str = "TLY0017";

impl Binder<'_> {
    pub(super) fn declare_parameters(&mut self, statement: DeclareStatement<'_>) {
        let mut names = BTreeSet::new();
        for declaration in statement.parameters() {
            let Some(name) = declaration.name() else { continue };
            let (name, span) = (name.value().into_owned(), name.span());
            let definition = span.clone();
            if !names.insert(name.clone()) {
                let _: Option<()> = self.error("SEM0079", span, format!("there is a parameter '{name}' already"));
                continue;
            }
            if self.find_let(&name).is_some_and(|it| !it.is_parameter) {
                // Whether the value or the let counts afterwards is not known.
                let _: Option<()> = self.refuse("a query parameter of the name of a let", span);
                continue;
            }
            let value = self.parameter(&name, declaration).map_or(LetValue::Poisoned, LetValue::Scalar);
            self.note_definition(&name, &definition, &value, statement.span().end);
            let size = if let LetValue::Scalar(value) = &value { scalar_size(value) } else { 0 };
            self.lets.push(Let { name, value, size, is_parameter: true, rows: None, definition });
        }
    }

    fn parameter(&mut self, name: &str, declaration: ParameterDeclaration<'_>) -> Option<Scalar> {
        let Some(type_name) = declaration.type_name() else {
            return self.refuse("a table as a query parameter", declaration.span());
        };
        let Some(ty) = ScalarType::from_name(type_name.text()) else {
            return self.error("SYN0002", type_name.span(), format!("there is no type '{}'", type_name.text()));
        };
        // The default is held to its type even where a value takes its place.
        let default = match declaration.default() {
            Some(default) => Some(self.default_value(default, ty)?),
            None => None,
        };
        let span = declaration.span();
        let given = self.context.parameters.iter().rev().find(|(given, _)| given == name);
        let value = match (given, default) {
            (Some((_, text)), _) => {
                let Some(value) = value_of_text(text, ty, self.settings.now) else {
                    let message = format!("the value of the query parameter '{name}' is not {}", a(ty));
                    return self.error(BAD_VALUE, span, message);
                };
                value
            }
            (None, Some(default)) => default,
            (None, None) => {
                let message = format!("the query parameter '{name}' has no value and no default");
                let hint = "Write a default behind the type, or give a value with the request";
                let finding = Diagnostic::error(NO_VALUE, span, message).with_hint(hint);
                // Whoever runs it may have the value: then the query is good, and only not for us.
                let elsewhere = self.context.capabilities.is_none();
                if elsewhere {
                    let _: Option<()> = self.report(Diagnostic { severity: Severity::Refusal, ..finding });
                    return Some(Scalar { kind: ScalarKind::Parameter(name.to_owned()), ty, span: declaration.span() });
                }
                return self.report(finding);
            }
        };
        Some(literal(value, span))
    }

    fn default_value(&mut self, expr: Expr<'_>, ty: ScalarType) -> Option<Value> {
        let value = self.scalar(expr, &Row::NONE)?;
        match fitting(&value, ty) {
            Some(value) => Some(value),
            None => {
                self.error("SEM0254", expr.span(), format!("the default must be {}, but it is {}", a(ty), a(value.ty)))
            }
        }
    }
}

/// A literal as a value of the type: of that type already, a null, or a number that widens.
fn fitting(value: &Scalar, ty: ScalarType) -> Option<Value> {
    let ScalarKind::Literal(found) = &value.kind else { return None };
    if found.ty() == ty {
        return Some(found.clone());
    }
    let narrows = matches!((found, ty), (Value::Long(_), ScalarType::Int));
    let widens = widest(found.ty(), ty) == Some(ty) || matches!(found, Value::Null(_));
    match found {
        Value::Long(number) if narrows => i32::try_from(*number).ok().map(Value::Int),
        found if widens => fold::convert(found, ty),
        _ => None,
    }
}

/// What a client's text means for a parameter of the type; `None` when it is no value of it.
fn value_of_text(text: &str, ty: ScalarType, now: i64) -> Option<Value> {
    if ty == ScalarType::String {
        return Some(Value::String(string_of_text(text)));
    }
    let nothing = Capabilities::default();
    let read = |query: &str| {
        let schema = Schema::default();
        // Whatever runs the query, a value must be one: the strict rules count.
        single_literal(query, &Context::new(&schema, now, Some(&nothing))).and_then(|value| fitting(&value, ty))
    };
    // The bare forms are those that stand in the brackets of a literal: `2020-01-01`, `1.00:00:00`, `[1,2]`.
    if text.trim().is_empty() {
        // `datetime()` would be now, which nobody meant.
        return None;
    }
    read(text).or_else(|| read(&format!("{ty}({text})")))
}

/// A client's text as a literal of the type, as a query may write it; `None` when it is no value of it.
pub(in crate::kql) fn literal_of_text(text: &str, ty: ScalarType) -> Option<String> {
    if ty == ScalarType::String {
        return Some(string_literal(&string_of_text(text)));
    }
    value_of_text(text, ty, 0)?;
    let is_literal = |text: &str| {
        let (schema, nothing) = (Schema::default(), Capabilities::default());
        let value = single_literal(text, &Context::new(&schema, 0, Some(&nothing)));
        value.is_some_and(|it| fitting(&it, ty).is_some())
    };
    let text = text.trim();
    Some(if is_literal(text) { text.to_owned() } else { format!("{ty}({text})") })
}

/// A text that is one string literal is what that stands for, any other is meant as it is.
fn string_of_text(text: &str) -> String {
    let tree = parse(text);
    let value = match single_expr(&tree, text) {
        Some(Expr::Literal(value)) => string_value(value.text()).map(std::borrow::Cow::into_owned),
        _ => None,
    };
    value.unwrap_or_else(|| text.to_owned())
}

/// The value of a text that is one literal and nothing else.
fn single_literal(text: &str, context: &Context<'_>) -> Option<Scalar> {
    let tree = parse(text);
    let expr = single_expr(&tree, text)?;
    let is_signed = |expr: Expr<'_>| match expr {
        Expr::Unary(sign) => matches!(sign.operand(), Some(Expr::Literal(_))),
        _ => false,
    };
    if !matches!(expr, Expr::Literal(_) | Expr::Dynamic(_)) && !is_signed(expr) {
        return None;
    }
    let mut binder = Binder::new(context, &tree);
    binder.constant(expr).filter(|_| binder.diagnostics.is_empty())
}

/// The one expression that the text is, with nothing around it but blanks.
fn single_expr<'t>(tree: &'t Tree, text: &str) -> Option<Expr<'t>> {
    let Some(Statement::Expression(statement)) = Query::of(tree).statements().next() else { return None };
    let whole = statement.node().text() == text.trim() && tree.errors().is_empty();
    statement.expr().filter(|_| whole)
}
