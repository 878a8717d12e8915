//! T006: `tolower(x) == …`, where an operator compares without case.

use super::{Finding, LintRule, Subject};
use crate::kql::{
    BinaryExpr, CallExpr, Expr, Fix, InExpr, Node, ScalarType, Severity, SyntaxKind as K, TextEdit, string_value,
};

pub(super) const RULE: LintRule = LintRule {
    code: "T006",
    summary: "tolower() or toupper() to compare without case",
    reason: "The function is called for every row and keeps the index from being used; =~, !~ and in~ compare without \
             case, and has, contains and their like always do.",
    severity: Severity::Warning,
    find,
};

fn find(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let tree = &subject.inspection.tree;
    for binary in tree.elements().filter_map(BinaryExpr::cast) {
        let (Some(operator), Some(left), Some(right)) = (binary.operator(), binary.left(), binary.right()) else {
            continue;
        };
        let better = match operator.kind() {
            K::EqualEqual | K::EqualTilde => "=~",
            K::NotEqual | K::NotTilde => "!~",
            kind if is_without_case(kind) => operator.text(),
            _ => continue,
        };
        report(subject, operator, better, left, &[right], found);
        if operator.kind() != K::EqualEqual && operator.kind() != K::NotEqual {
            continue;
        }
        if changed_case(left).is_none() {
            report(subject, operator, better, right, &[left], found);
        }
    }
    for membership in tree.elements().filter_map(InExpr::cast) {
        let (Some(operator), Some(operand)) = (membership.operator(), membership.operand()) else { continue };
        let better = match operator.kind() {
            K::InKw | K::InTildeKw => "in~",
            K::NotInKw | K::NotInTildeKw => "!in~",
            K::HasAnyKw => "has_any",
            K::HasAllKw => "has_all",
            _ => continue,
        };
        report(subject, operator, better, operand, &membership.items().collect::<Vec<_>>(), found);
    }
}

/// Words that find in any case.
fn is_without_case(kind: K) -> bool {
    use K::{
        ContainsKw, EndswithKw, HasKw, HasprefixKw, HassuffixKw, NotContainsKw, NotEndswithKw, NotHasKw,
        NotStartswithKw, StartswithKw,
    };
    matches!(
        kind,
        HasKw
            | NotHasKw
            | ContainsKw
            | NotContainsKw
            | StartswithKw
            | NotStartswithKw
            | EndswithKw
            | NotEndswithKw
            | HasprefixKw
            | HassuffixKw
    )
}

/// The function's name and what it is called with.
fn changed_case(expr: Expr<'_>) -> Option<(CallExpr<'_>, bool, Expr<'_>)> {
    let Expr::Call(call) = expr.without_parens()? else { return None };
    let is_lower = match call.name()?.value().as_ref() {
        "tolower" => true,
        "toupper" => false,
        _ => return None,
    };
    let mut arguments = call.arguments();
    let argument = arguments.next()?;
    arguments.next().is_none().then_some((call, is_lower, argument))
}

/// Reports one side of a comparison that changes case, when every other side is a constant or changes it alike.
fn report(
    subject: &Subject<'_>,
    operator: Node<'_>,
    better: &str,
    side: Expr<'_>,
    others: &[Expr<'_>],
    found: &mut Vec<Finding>,
) {
    let Some((call, is_lower, inner)) = changed_case(side) else { return };
    if matches!(inner.without_parens(), Some(Expr::Literal(_))) {
        return;
    }
    let keeps_case = matches!(operator.kind(), K::EqualEqual | K::NotEqual | K::InKw | K::NotInKw);
    let mut edits = vec![TextEdit { span: side.span(), text: inner.node().text().to_owned() }];
    let mut never = false;
    for other in others {
        match other.without_parens() {
            Some(Expr::Literal(literal)) => {
                let Some(text) = string_value(literal.text()) else { return };
                // Beyond ASCII the two ways of comparing differ.
                if !text.is_ascii() {
                    return;
                }
                let differs = |byte: u8| if is_lower { byte.is_ascii_uppercase() } else { byte.is_ascii_lowercase() };
                never |= keeps_case && text.bytes().any(differs);
            }
            Some(other_side) => match changed_case(other_side) {
                Some((_, same, value)) if same == is_lower => {
                    edits.push(TextEdit { span: other.span(), text: value.node().text().to_owned() });
                }
                _ => return,
            },
            None => return,
        }
    }
    let ty = subject.inspection.facts.type_of(&inner.span());
    if !matches!(ty, None | Some(ScalarType::String)) {
        return;
    }
    if operator.text() != better {
        edits.push(TextEdit { span: operator.span(), text: better.to_owned() });
    }
    edits.sort_by_key(|edit| edit.span.start);
    let function = call.name().map_or("tolower".into(), |name| name.value().into_owned());
    let message = if never {
        format!("{function}() never gives a text of this case, so this never holds as it is meant")
    } else if operator.text() == better {
        format!("{} finds in any case, so {function}() changes nothing", operator.text())
    } else {
        format!("{function}() is called for every row to compare without case")
    };
    found.push(Finding {
        span: call.span(),
        message,
        hint: Some(format!("Write {better} without {function}()")),
        fix: Some(Fix { title: format!("Compare with {better}"), edits }),
    });
}
