//! T004: every table is read.

use super::pipe::word;
use super::{Finding, LintRule, Subject};
use crate::kql::{Node, Severity, SyntaxKind as K, UnionOperator};

pub(super) const RULE: LintRule = LintRule {
    code: "T004",
    summary: "search, find or union of every table",
    reason: "Reading every table costs as much as all other queries together, and the columns of the answer change \
             whenever a table is added.",
    severity: Severity::Warning,
    find,
};

fn find(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    for node in subject.inspection.tree.elements().filter(|node| !node.is_token()) {
        let what = match word(node) {
            K::SearchKw | K::FindKw if begins(node) && !is_scoped(node) => node.tokens().next().map_or("", Node::text),
            K::UnionKw if names_everything(node) => "union *",
            _ => continue,
        };
        let Some(keyword) = node.tokens().next() else { continue };
        found.push(Finding {
            span: keyword.span(),
            message: format!("{what} reads every table"),
            hint: Some(match what {
                "union *" => "Name the tables".to_owned(),
                _ => format!("Name the tables: {what} in (Table1, Table2) …"),
            }),
            fix: None,
        });
    }
}

/// True for an operator that makes its rows itself.
fn begins(node: Node<'_>) -> bool {
    match node.parent() {
        Some(around) if around.kind() == K::PipeExpr => node.previous_sibling().is_none(),
        _ => true,
    }
}

/// `in (…)` names tables.
fn is_scoped(node: Node<'_>) -> bool {
    let mut parts = node.descendants().filter(|it| it.is_token() && !it.kind().is_trivia()).skip(1);
    let head: Vec<K> = parts.by_ref().take(12).map(Node::kind).collect();
    head.first() == Some(&K::InKw)
        || head.windows(2).any(|pair| pair == [K::InKw, K::OpenParen]) && head[0] != K::StringLiteral
}

fn names_everything(node: Node<'_>) -> bool {
    UnionOperator::cast(node).is_some_and(|union| union.tables().any(|table| table.node().text() == "*"))
}
