//! `has`, `contains`, `startswith` and their like, `matches regex` (`kql-semantics` §5).

use super::Binder;
use super::comparison::{boolean, negate_if};
use super::convert::{a, convert};
use super::scope::Row;
use crate::kql::{BinaryExpr, Scalar, ScalarKind, ScalarOperator, ScalarType, Span, SyntaxKind, Value};

/// The operator that a word between two texts means, and whether it is negated.
pub(super) fn string_operator(kind: SyntaxKind) -> Option<(ScalarOperator, bool)> {
    use ScalarOperator as O;
    use SyntaxKind as K;
    Some(match kind {
        K::HasKw => (O::Has, false),
        K::NotHasKw => (O::Has, true),
        K::HasCsKw => (O::HasCs, false),
        K::NotHasCsKw => (O::HasCs, true),
        K::HasprefixKw => (O::HasPrefix, false),
        K::NotHasprefixKw => (O::HasPrefix, true),
        K::HasprefixCsKw => (O::HasPrefixCs, false),
        K::NotHasprefixCsKw => (O::HasPrefixCs, true),
        K::HassuffixKw => (O::HasSuffix, false),
        K::NotHassuffixKw => (O::HasSuffix, true),
        K::HassuffixCsKw => (O::HasSuffixCs, false),
        K::NotHassuffixCsKw => (O::HasSuffixCs, true),
        K::ContainsKw => (O::Contains, false),
        K::NotContainsKw | K::NotcontainsKw => (O::Contains, true),
        K::ContainsCsKw | K::ContainscsKw => (O::ContainsCs, false),
        K::NotContainsCsKw | K::NotcontainscsKw => (O::ContainsCs, true),
        K::StartswithKw => (O::StartsWith, false),
        K::NotStartswithKw => (O::StartsWith, true),
        K::StartswithCsKw => (O::StartsWithCs, false),
        K::NotStartswithCsKw => (O::StartsWithCs, true),
        K::EndswithKw => (O::EndsWith, false),
        K::NotEndswithKw => (O::EndsWith, true),
        K::EndswithCsKw => (O::EndsWithCs, false),
        K::NotEndswithCsKw => (O::EndsWithCs, true),
        _ => return None,
    })
}

/// The operators by term; they take no dynamic to look for.
fn is_term_operator(operator: ScalarOperator) -> bool {
    use ScalarOperator as O;
    matches!(operator, O::Has | O::HasCs | O::HasPrefix | O::HasPrefixCs | O::HasSuffix | O::HasSuffixCs)
}

impl Binder<'_> {
    pub(super) fn string_operation(
        &mut self,
        expr: BinaryExpr<'_>,
        kind: SyntaxKind,
        (operator, negated): (ScalarOperator, bool),
        row: &Row<'_>,
    ) -> Option<Scalar> {
        let operands = self.texts(expr, kind, !is_term_operator(operator), row)?;
        Some(negate_if(negated, boolean(operator, operands, expr.span())))
    }

    pub(super) fn matches_regex(&mut self, expr: BinaryExpr<'_>, row: &Row<'_>) -> Option<Scalar> {
        let operands = self.texts(expr, SyntaxKind::MatchesKw, true, row)?;
        let pattern = &operands[1];
        let span = pattern.span.clone();
        let ScalarKind::Literal(Value::String(text)) = &pattern.kind else {
            return self.refuse("matches regex with a computed pattern", span);
        };
        self.check_regex(text, &span)?;
        Some(boolean(ScalarOperator::MatchesRegex, operands, expr.span()))
    }

    /// A regular expression of Kusto's dialect, which is that of the `regex` crate with octal escapes.
    pub(super) fn check_regex(&mut self, pattern: &str, span: &Span) -> Option<()> {
        self.check_regex_as("SEM0420", pattern, span)
    }

    /// The same under the code of the operator that it stands in.
    pub(super) fn check_regex_as(&mut self, code: &'static str, pattern: &str, span: &Span) -> Option<()> {
        match regex::RegexBuilder::new(pattern).octal(true).size_limit(1 << 22).build() {
            Ok(_) => Some(()),
            Err(error) => {
                // The last line says what is wrong; the ones before draw the pattern.
                let text = error.to_string();
                let reason = text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                self.error(code, span.clone(), format!("the regular expression cannot be used: {reason}"))
            }
        }
    }

    /// Both operands as text; a dynamic stands for its text.
    pub(super) fn texts(
        &mut self,
        expr: BinaryExpr<'_>,
        kind: SyntaxKind,
        dynamic_needle: bool,
        row: &Row<'_>,
    ) -> Option<Vec<Scalar>> {
        let left = self.scalar(expr.left()?, row);
        let right = self.scalar(expr.right()?, row);
        let (left, right) = (left?, right?);
        for (operand, dynamic_allowed) in [(&left, true), (&right, dynamic_needle)] {
            let allowed = matches!(operand.ty, ScalarType::String | ScalarType::Unknown)
                || (dynamic_allowed && operand.ty == ScalarType::Dynamic);
            if !allowed {
                let code = if operand.ty == ScalarType::Dynamic { "SEM0001" } else { "SEM0709" };
                let message = format!("'{}' works on text, not on {}", kind.text(), a(operand.ty));
                let finding = crate::kql::Diagnostic::error(code, operand.span.clone(), message);
                return self.report(finding.with_hint("tostring() makes a text of it"));
            }
        }
        Some(vec![convert(left, ScalarType::String), convert(right, ScalarType::String)])
    }
}
