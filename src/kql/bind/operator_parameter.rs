//! Parameters of operators (`kind=inner`) and properties of their `with (…)`: what the catalogue says of them is held
//! against what is written.

use super::Binder;
use super::scope::Row;
use super::suggest::did_you_mean;
use crate::kql::catalog::{self, OperatorParameter, ParameterKind};
use crate::kql::{Diagnostic, Expr, Node, Parameter, Property, ScalarKind, ScalarType, Span, SyntaxKind};

/// A parameter or a property as it is written.
pub(super) struct Given<'t> {
    pub(super) name: String,
    name_span: Span,
    values: Vec<Expr<'t>>,
    /// The value where it is no expression, such as a word with a role.
    rest: Option<Node<'t>>,
}

impl<'t> Given<'t> {
    pub(super) fn of_parameter(parameter: Parameter<'t>) -> Self {
        let mut tokens = parameter.node().tokens().take_while(|token| token.kind() != SyntaxKind::Equal);
        let start = parameter.span().start;
        let end = tokens.by_ref().last().map_or(start, |token| token.span().end);
        let name = parameter.name();
        let end = if end == start { start + name.len() } else { end };
        Self {
            name,
            name_span: start..end,
            values: parameter.value().into_iter().collect(),
            rest: behind_equal(parameter.node()),
        }
    }

    pub(super) fn of_property(property: Property<'t>) -> Option<Self> {
        let name = property.name()?;
        Some(Self {
            name: name.value().into_owned(),
            name_span: name.span(),
            values: property.values().collect(),
            rest: behind_equal(property.node()),
        })
    }

    /// The value as written.
    pub(super) fn text(&self) -> &'t str {
        self.rest.map_or("", Node::text)
    }

    /// The value, the first of several.
    pub(super) fn value(&self) -> Option<Expr<'t>> {
        self.values.first().copied()
    }

    /// The value where it is a name: that of a column to be.
    pub(super) fn new_name(&self) -> Option<String> {
        match self.values.first()? {
            Expr::Name(name) => Some(name.value().into_owned()),
            _ => None,
        }
    }

    fn value_span(&self) -> Span {
        self.rest.map_or_else(|| self.name_span.clone(), Node::span)
    }
}

fn behind_equal(node: Node<'_>) -> Option<Node<'_>> {
    let mut children = node.children().skip_while(|child| child.kind() != SyntaxKind::Equal);
    children.nth(1)
}

impl Binder<'_> {
    /// Looks at the parameters of an operator.
    pub(super) fn check_parameters<'t>(
        &mut self,
        operator: &str,
        given: impl Iterator<Item = Given<'t>>,
        row: &Row<'_>,
    ) -> Vec<Given<'t>> {
        let given: Vec<Given<'t>> = given.collect();
        for (index, one) in given.iter().enumerate() {
            let Some(parameter) = catalog::operator_parameter(operator, &one.name) else {
                self.unknown_parameter(operator, one);
                continue;
            };
            let is_repeated = given[..index].iter().any(|before| before.name == one.name);
            if is_repeated && !parameter.is_repeatable {
                let message = format!("the parameter '{}' is given already", one.name);
                let _: Option<()> = self.error("KS180", one.name_span.clone(), message);
            }
            self.check_parameter(parameter, one, row);
        }
        given
    }

    fn unknown_parameter(&mut self, operator: &str, given: &Given<'_>) {
        let message = format!("'{operator}' has no parameter '{}'", given.name);
        let finding = Diagnostic {
            severity: crate::kql::Severity::Warning,
            ..Diagnostic::error("KS179", given.name_span.clone(), message)
        };
        let names = catalog::operator_parameters(operator).iter().filter(|it| !it.is_hidden).map(|it| it.name);
        let _: Option<()> = self.report(match did_you_mean(&given.name, names) {
            Some(hint) => finding.with_hint(hint),
            None => finding,
        });
    }

    fn check_parameter(&mut self, parameter: &OperatorParameter, given: &Given<'_>, row: &Row<'_>) {
        use ParameterKind as K;
        use SyntaxKind as S;
        let span = given.value_span();
        let literal = given.values.first().and_then(|value| literal_kind(*value));
        let wrong = match parameter.kind {
            K::NewName => None,
            K::Word | K::WordOrNumber => {
                let is_number = parameter.kind == K::WordOrNumber && literal.is_some_and(is_number);
                let ignores_case = parameter.name.starts_with("hint.");
                let fits =
                    |word: &&str| **word == *given.text() || (ignores_case && word.eq_ignore_ascii_case(given.text()));
                let known = parameter.values.is_empty() || parameter.values.iter().any(fits);
                (!known && !is_number).then_some("KS005")
            }
            K::Bool => (literal != Some(S::BoolLiteral)).then_some("KS223"),
            K::Integer => (!matches!(literal, Some(S::IntLiteral | S::LongLiteral))).then_some("KS221"),
            K::Number => (!literal.is_some_and(is_number)).then_some("KS224"),
            K::StringLiteral => (literal != Some(S::StringLiteral)).then_some("KS222"),
            K::Literal => literal.is_none().then_some("KS226"),
            K::Text => return self.check_text(given, row),
            K::Column => return self.check_columns(given, row, true),
            K::Columns => return self.check_columns(given, row, false),
        };
        let Some(code) = wrong else { return };
        let message = match parameter.values {
            [] => format!("'{}' cannot have this value", parameter.name),
            values => format!("'{}' is one of {}", parameter.name, values.join(", ")),
        };
        let finding = Diagnostic::error(code, span, message);
        let _: Option<()> = self.report(match did_you_mean(given.text(), parameter.values.iter().copied()) {
            Some(hint) => finding.with_hint(hint),
            None => finding,
        });
    }

    /// A text that may be computed.
    fn check_text(&mut self, given: &Given<'_>, row: &Row<'_>) {
        for value in &given.values {
            let Some(value) = self.scalar(*value, row) else { continue };
            if !matches!(value.ty, ScalarType::String | ScalarType::Dynamic | ScalarType::Unknown) {
                let _: Option<()> = self.error("KS141", value.span, format!("'{}' is a text", given.name));
            }
        }
    }

    fn check_columns(&mut self, given: &Given<'_>, row: &Row<'_>, strictly: bool) {
        for value in &given.values {
            let Some(value) = self.scalar(*value, row) else { continue };
            if strictly && !matches!(value.kind, ScalarKind::Column(_) | ScalarKind::Open(_)) {
                let _: Option<()> = self.error("KS109", value.span, format!("'{}' is a column", given.name));
            }
        }
    }
}

/// The kind of a literal, also behind a sign.
fn literal_kind(expr: Expr<'_>) -> Option<SyntaxKind> {
    match expr {
        Expr::Literal(literal) => Some(literal.kind()),
        Expr::CompoundString(_) => Some(SyntaxKind::StringLiteral),
        Expr::Unary(sign) => literal_kind(sign.operand()?).filter(|kind| is_number(*kind)),
        _ => None,
    }
}

fn is_number(kind: SyntaxKind) -> bool {
    use SyntaxKind as S;
    matches!(kind, S::IntLiteral | S::LongLiteral | S::RealLiteral | S::DecimalLiteral)
}
