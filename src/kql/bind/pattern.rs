//! `declare pattern`: a name for several tables, of which texts choose one. It is bound only where a query is looked at:
//! the services that know it expand it themselves.

use std::rc::Rc;

use super::Binder;
use super::expression::text_of;
use super::function::Given;
use super::scope::{Let, LetValue, Table};
use crate::kql::{
    CallExpr, ColumnDeclaration, Expr, Name, Operator, PathExpr, PatternMatch, PatternStatement, Relation, Scalar,
    ScalarKind, ScalarType, Span,
};

/// A pattern of this text.
#[derive(Debug)]
pub(super) struct Pattern {
    name: String,
    definition: Span,
    n_parameters: usize,
    cases: Vec<Case>,
}

/// One of its tables, and the texts that choose it.
#[derive(Debug)]
struct Case {
    values: Vec<Option<String>>,
    path: Option<String>,
    /// `None` when there is a mistake in it, which has been reported.
    given: Option<Given>,
}

impl Pattern {
    /// True unless all that it stands for are single values.
    fn gives_table(&self) -> bool {
        !self.cases.iter().all(|case| matches!(case.given, Some(Given::Scalar(_)))) || self.cases.is_empty()
    }
}

impl Binder<'_> {
    /// Binds the pattern where it is declared.
    pub(super) fn pattern(&mut self, statement: PatternStatement<'_>) {
        let Some(name) = statement.name() else { return };
        let parameters: Vec<ColumnDeclaration<'_>> = statement.parameters().collect();
        let path = statement.path();
        let mut cases = Vec::new();
        for case in statement.matches() {
            cases.push(self.pattern_case(case, &parameters, path));
        }
        let (name, definition) = (name.value().into_owned(), name.span());
        // The name alone means neither a table nor a value; nothing is said of it.
        let value = LetValue::Poisoned;
        self.note_definition(&name, &definition, &value, statement.span().end);
        let (is_parameter, rows) = (false, None);
        self.lets.push(Let { name: name.clone(), value, size: 0, is_parameter, rows, definition: definition.clone() });
        self.patterns.push(Rc::new(Pattern { name, definition, n_parameters: parameters.len(), cases }));
    }

    fn pattern_case(
        &mut self,
        case: PatternMatch<'_>,
        parameters: &[ColumnDeclaration<'_>],
        path: Option<ColumnDeclaration<'_>>,
    ) -> Case {
        let values: Vec<Expr<'_>> = case.values().collect();
        if values.len() != parameters.len() {
            let span = case.values_span();
            let words = count_of("value", parameters.len());
            let _: Option<()> = self.error("KS185", span, format!("{words} expected here, one for each parameter"));
        }
        let values = values.into_iter().map(|value| self.pattern_text(value)).collect();
        match (case.path(), path) {
            (Some(value), None) => {
                let span = case.path_span().unwrap_or_else(|| value.span());
                let _: Option<()> = self.error("KS186", span, "this pattern declares no path");
            }
            (None, Some(_)) => {
                let at = case.values_span().end;
                let _: Option<()> = self.error("KS187", at..at, "a path such as .['…'] is expected here");
            }
            _ => {}
        }
        let path_value = case.path().and_then(|value| self.pattern_text(value));
        let given = case.body().and_then(|body| {
            self.within_function(body.span().end, |binder| {
                for parameter in parameters.iter().chain(&path) {
                    binder.push_pattern_parameter(*parameter);
                }
                binder.body_given(body)
            })
        });
        Case { values, path: path_value, given }
    }

    /// In the body a parameter is the text that was given for it.
    fn push_pattern_parameter(&mut self, parameter: ColumnDeclaration<'_>) {
        let Some(name) = parameter.name() else { return };
        let (name, definition) = (name.value().into_owned(), name.span());
        let kind = ScalarKind::Parameter(name.clone());
        let value = LetValue::Scalar(Scalar { kind, ty: ScalarType::String, span: definition.clone() });
        self.lets.push(Let { name, value, size: 0, is_parameter: true, rows: None, definition });
    }

    /// A text that chooses; what is none has been reported.
    fn pattern_text(&mut self, expr: Expr<'_>) -> Option<String> {
        let value = self.constant(expr)?;
        if !matches!(expr.without_parens(), Some(Expr::Literal(_) | Expr::CompoundString(_))) {
            return self.error("KS131", value.span, "a text is expected here, and nothing that is computed");
        }
        match text_of(&value) {
            Some(text) => Some(text.to_owned()),
            None => self.error("KS141", value.span, "a text is expected here"),
        }
    }

    /// The pattern that a name means.
    fn pattern_of(&self, name: &str) -> Option<Rc<Pattern>> {
        let binding = self.find_let(name)?;
        let meant = |it: &&Rc<Pattern>| it.name == name && it.definition == binding.definition;
        self.patterns.iter().rfind(meant).map(Rc::clone)
    }

    /// True when a call of this name chooses among tables; `None` when the name is no pattern.
    pub(super) fn pattern_gives_table(&self, name: &str) -> Option<bool> {
        self.pattern_of(name).map(|it| it.gives_table())
    }

    /// `p('a')`; the outer `None` when the name is no pattern.
    pub(super) fn pattern_call(&mut self, call: CallExpr<'_>) -> Option<Option<Given>> {
        let pattern = self.pattern_of(&call.name()?.value())?;
        let Some(fitting) = self.fitting_cases(&pattern, call) else { return Some(None) };
        match fitting.as_slice() {
            [only] if only.path.is_none() => Some(only.given.clone()),
            // Without its path there is no telling which one is meant.
            _ => {
                let operator = Operator::Opaque { construct: "several tables", inputs: Vec::new() };
                let table: Option<Table> = self.fresh(Relation::new(operator, [], call.span()));
                Some(table.map(|it| Given::Table(Box::new(it))))
            }
        }
    }

    /// `p('a').b`; the outer `None` when what stands before the dot is no pattern.
    pub(super) fn pattern_path(&mut self, path: PathExpr<'_>) -> Option<Option<Given>> {
        let Expr::Call(call) = path.base()? else { return None };
        let pattern = self.pattern_of(&call.name()?.value())?;
        let Some(fitting) = self.fitting_cases(&pattern, call) else { return Some(None) };
        let Some(Expr::Name(name)) = path.selector() else { return Some(None) };
        Some(match fitting.iter().find(|case| case.path.as_deref() == Some(&*name.value())) {
            Some(case) => case.given.clone(),
            None => self.no_such_path(&fitting, name),
        })
    }

    fn no_such_path<T>(&mut self, fitting: &[&Case], name: Name<'_>) -> Option<T> {
        let known: Vec<&str> = fitting.iter().filter_map(|case| case.path.as_deref()).collect();
        let words = match known.is_empty() {
            true => format!("the pattern has no path '{}'", name.value()),
            false => format!("the pattern has no path '{}', only {}", name.value(), known.join(", ")),
        };
        self.error("KS142", name.span(), words)
    }

    /// The cases that the arguments of a call choose; none is an error.
    fn fitting_cases<'p>(&mut self, pattern: &'p Pattern, call: CallExpr<'_>) -> Option<Vec<&'p Case>> {
        let name = call.name()?;
        self.note_let(&name.value(), &name.span());
        let arguments: Vec<Expr<'_>> = call.arguments().collect();
        if arguments.len() != pattern.n_parameters {
            let words = count_of("argument", pattern.n_parameters);
            let _: Option<()> = self.error("KS118", name.span(), format!("{words} expected by '{}'", pattern.name));
        }
        let texts: Vec<Option<String>> = arguments.into_iter().map(|it| self.pattern_text(it)).collect();
        let fits = |case: &&Case| case.values.iter().zip(&texts).all(|(value, text)| text.is_some() && value == text);
        let fitting: Vec<&Case> = pattern.cases.iter().filter(fits).collect();
        if fitting.is_empty() {
            return self.error("KS188", name.span(), format!("'{}' has nothing for these texts", pattern.name));
        }
        Some(fitting)
    }
}

/// `no argument is`, `1 argument is`, `2 arguments are`.
fn count_of(noun: &str, n: usize) -> String {
    match n {
        0 => format!("no {noun} is"),
        1 => format!("1 {noun} is"),
        n => format!("{n} {noun}s are"),
    }
}
