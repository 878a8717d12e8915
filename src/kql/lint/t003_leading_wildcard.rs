//! T003: a regular expression that begins with `.*`.

use super::{Finding, LintRule, Subject};
use crate::kql::{BinaryExpr, Expr, Fix, Severity, SyntaxKind as K, TextEdit, string_value};

pub(super) const RULE: LintRule = LintRule {
    code: "T003",
    summary: "regular expression that begins with .*",
    reason: "matches regex finds its expression anywhere in the text, so .* before it changes nothing and makes every \
             row be read from each of its characters.",
    severity: Severity::Warning,
    find,
};

fn find(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    for binary in subject.inspection.tree.elements().filter_map(BinaryExpr::cast) {
        if binary.operator().is_none_or(|it| it.kind() != K::MatchesKw) {
            continue;
        }
        let Some(Expr::Literal(literal)) = binary.right() else { continue };
        let Some(pattern) = string_value(literal.text()) else { continue };
        let flags = flags(&pattern);
        let rest = &pattern[flags..];
        let anchored = rest.starts_with("^.*");
        // `.*` alone, and `.*?` or `.*|`, are other expressions.
        let after = rest.strip_prefix('^').unwrap_or(rest).strip_prefix(".*");
        if after.is_none_or(|it| it.is_empty() || it.starts_with(['?', '|', '+'])) {
            continue;
        }
        let alternates = rest.contains('|');
        let raw = literal.text();
        let span = literal.span();
        let fix = raw.find(".*").filter(|_| !anchored && !alternates).map(|at| Fix {
            title: "Take the leading .* away".to_owned(),
            edits: vec![TextEdit { span: span.start + at..span.start + at + 2, text: String::new() }],
        });
        found.push(Finding {
            span,
            message: "the .* at the begin of this expression changes nothing and makes it slow".to_owned(),
            hint: Some("Begin with what is looked for, and put has with a word of it before".to_owned()),
            fix,
        });
    }
}

/// Bytes of `(?i)` and its like.
fn flags(pattern: &str) -> usize {
    let Some(inner) = pattern.strip_prefix("(?") else { return 0 };
    let letters = inner.bytes().take_while(|it| it.is_ascii_alphabetic() || *it == b'-').count();
    if letters > 0 && inner.as_bytes().get(letters) == Some(&b')') { letters + 3 } else { 0 }
}
