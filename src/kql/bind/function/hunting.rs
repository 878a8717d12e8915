//! Functions of the hunting service that are known as KQL: their text is bound in the place of the call.

use super::arguments::PassedArgument;
use super::{Given, LocalFunction, Statement};
use crate::kql::bind::Binder;
use crate::kql::bind::expression::text_of;
use crate::kql::{LetValue, Query, Span, parse};

impl Binder<'_> {
    /// What is said of the text of the function is said of the call, which is all that its writer sees.
    pub(super) fn hunting_function(
        &mut self,
        function: &LocalFunction,
        text: &str,
        arguments: Vec<Option<PassedArgument>>,
        span: &Span,
    ) -> Option<Given> {
        self.check_column(function, &arguments, span)?;
        let tree = parse(&format!("let f = {text};")).standing_at(span.clone());
        let Some(Statement::Let(binding)) = Query::of(&tree).statements().next() else { return None };
        let Some(LetValue::Function(declaration)) = binding.value() else { return None };
        self.body_with(function, declaration, arguments)
    }

    /// The column that is named, or the one that is looked up when none is, must be there.
    fn check_column(
        &mut self,
        function: &LocalFunction,
        arguments: &[Option<PassedArgument>],
        span: &Span,
    ) -> Option<()> {
        let [Some(PassedArgument::Table(input)), named, ..] = arguments else { return Some(()) };
        let value = match named {
            Some(PassedArgument::Scalar(value)) => Some(value),
            _ => function.parameters.get(1).and_then(|parameter| parameter.default.as_ref()),
        };
        let Some(name) = value.and_then(text_of) else {
            return self.refuse("a column that is no constant", span.clone());
        };
        if input.columns().iter().any(|column| column.name == name) {
            return Some(());
        }
        let message = format!("there is no column named '{name}'");
        self.error("SEM0100", span.clone(), message)
    }
}
