//! T002: `contains` where `has` finds the same.

use super::{Finding, LintRule, Subject};
use crate::kql::{BinaryExpr, Expr, Fix, Severity, SyntaxKind as K, TextEdit, string_value};

pub(super) const RULE: LintRule = LintRule {
    code: "T002",
    summary: "contains where has means the same",
    reason: "A text that begins and ends with a sign that parts terms is found by has as well, and has looks it up in \
             the index where contains reads every row.",
    severity: Severity::Warning,
    find,
};

/// Letters of a term that the index knows.
const TERM: usize = 3;

fn find(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    for binary in subject.inspection.tree.elements().filter_map(BinaryExpr::cast) {
        let Some(operator) = binary.operator() else { continue };
        let better = match operator.kind() {
            K::ContainsKw => "has",
            K::NotContainsKw => "!has",
            K::ContainsCsKw => "has_cs",
            K::NotContainsCsKw => "!has_cs",
            _ => continue,
        };
        let Some(Expr::Literal(literal)) = binary.right() else { continue };
        let Some(text) = string_value(literal.text()) else { continue };
        if !is_whole_terms(&text) {
            continue;
        }
        let edit = TextEdit { span: operator.span(), text: better.to_owned() };
        found.push(Finding {
            span: operator.span(),
            message: format!("{} finds here what {better} finds, and reads every row for it", operator.text()),
            hint: Some(format!("Write {better}")),
            fix: Some(Fix { title: format!("Replace with {better}"), edits: vec![edit] }),
        });
    }
}

/// Both ends part terms, and a term is between them. Letters beyond ASCII are left alone.
fn is_whole_terms(text: &str) -> bool {
    let parts = |byte: Option<&u8>| byte.is_some_and(|it| it.is_ascii() && !it.is_ascii_alphanumeric());
    let bytes = text.as_bytes();
    let has_term = bytes.split(|it| !it.is_ascii_alphanumeric()).any(|term| term.len() >= TERM);
    text.is_ascii() && parts(bytes.first()) && parts(bytes.last()) && has_term
}
