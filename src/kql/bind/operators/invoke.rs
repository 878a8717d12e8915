//! `invoke`: a function of this text or of the service, which is given the table as its first argument.

use std::rc::Rc;

use crate::kql::bind::Binder;
use crate::kql::bind::function::Given;
use crate::kql::bind::scope::{LetValue, Row, Table};
use crate::kql::{CallExpr, Expr, InvokeOperator, Operator, Relation, Span};

impl Binder<'_> {
    pub(super) fn invoke(&mut self, operator: InvokeOperator<'_>, input: Table) -> Option<Table> {
        let before = input_span(operator);
        match operator.function()? {
            Expr::Call(call) => self.invoke_call(call, input, before, operator.span()),
            other => self.refuse("invoke of a function of elsewhere", other.span()),
        }
    }

    fn invoke_call(&mut self, call: CallExpr<'_>, input: Table, before: Span, span: Span) -> Option<Table> {
        let name = call.name()?;
        let given = match self.find_let(&name.value()).map(|binding| &binding.value) {
            Some(LetValue::Function(function)) => {
                let function = Rc::clone(function);
                self.call_local(&function, call, &Row::NONE, Some((input, before)))
            }
            Some(LetValue::Poisoned) => return None,
            _ => match self.call_service(call, &Row::NONE, Some((input, before))) {
                Some(given) => given,
                None if crate::kql::catalog::function(&name.value()).is_some() => {
                    self.call(call, &Row::NONE).map(Given::Scalar)
                }
                None => self.unknown_function(&name.value(), name.span()),
            },
        };
        match given? {
            Given::Table(table) => Some(*table),
            Given::Scalar(value) if self.context.capabilities.is_some() => self.scalar_is_no_table(value.span),
            Given::Scalar(_) => {
                self.fresh(Relation::new(Operator::Opaque { construct: "a value", inputs: Vec::new() }, [], span))
            }
        }
    }
}

/// Where the table stands in the text: from the begin of the pipe to the bar before the operator.
fn input_span(operator: InvokeOperator<'_>) -> Span {
    let node = operator.node();
    let Some(pipe) = node.parent() else { return node.span() };
    let end =
        pipe.child_nodes().take_while(|child| *child != node).last().map_or(node.span().start, |it| it.span().end);
    pipe.span().start..end
}
