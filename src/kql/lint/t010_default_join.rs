//! T010: a join without a kind, where left rows of one key are more than one.

use std::collections::BTreeSet;

use super::pipe::{Lets, Pipe, word};
use super::{Finding, LintRule, Subject};
use crate::kql::{
    ByClause, DistinctOperator, Expr, Fix, JoinOperator, Name, Node, Severity, SummarizeOperator, SyntaxKind as K,
    TextEdit,
};

pub(super) const RULE: LintRule = LintRule {
    code: "T010",
    summary: "join without a kind drops left rows of one key",
    reason: "Without a kind a join is innerunique: of all left rows with one key it keeps one, whichever comes first, \
             so matches and counts are lost in silence.",
    severity: Severity::Warning,
    find,
};

fn find(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let tree = &subject.inspection.tree;
    let lets = Lets::of(tree);
    for join in tree.elements().filter_map(JoinOperator::cast) {
        let node = join.node();
        let has_kind = node.child_nodes().any(|it| it.kind() == K::Parameter && it.text().starts_with("kind"));
        let keys = left_keys(join);
        if has_kind || keys.is_empty() {
            continue;
        }
        let Some(left) = Pipe::before(node).map(|left| left.resolved(&lets)) else { continue };
        if is_unique(&left, &keys) || !matters(node, &keys) {
            continue;
        }
        let Some(keyword) = node.tokens().next() else { continue };
        let edit = TextEdit { span: keyword.span().end..keyword.span().end, text: " kind=inner".to_owned() };
        found.push(Finding {
            span: keyword.span(),
            message: "of left rows with the same key this join keeps only one".to_owned(),
            hint: Some("Write kind=inner, or kind=innerunique if that is meant".to_owned()),
            fix: Some(Fix { title: "Join with kind=inner".to_owned(), edits: vec![edit] }),
        });
    }
}

/// The left columns of a join's conditions.
fn left_keys(join: JoinOperator<'_>) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for condition in join.conditions() {
        match condition {
            Expr::Name(name) => {
                keys.insert(name.value().into_owned());
            }
            other => keys.extend(other.node().descendants().filter_map(left_key)),
        }
    }
    keys
}

/// `b` of `$left.b`.
fn left_key(node: Node<'_>) -> Option<String> {
    if node.kind() != K::PathExpr || !node.text().starts_with("$left") {
        return None;
    }
    node.child_nodes().filter_map(Name::cast).nth(1).map(|name| name.value().into_owned())
}

/// True when rows of the left side differ in their keys: they were grouped by them.
fn is_unique(left: &Pipe<'_>, keys: &BTreeSet<String>) -> bool {
    for operator in left.operators.iter().rev() {
        match word(*operator) {
            K::SummarizeKw => {
                let by = SummarizeOperator::cast(*operator).and_then(SummarizeOperator::by);
                return by.is_none_or(|by| names(by.items()).is_some_and(|by| by.is_subset(keys)));
            }
            K::DistinctKw => {
                let items = DistinctOperator::cast(*operator).and_then(|it| names(it.items()));
                return items.is_some_and(|items| items.is_subset(keys));
            }
            K::TakeKw | K::LimitKw | K::TopKw | K::CountKw => return true,
            // What the left side has been through is too much to say anything.
            K::JoinKw | K::LookupKw | K::UnionKw | K::InvokeKw | K::EvaluateKw | K::ProjectRenameKw => return true,
            _ => {}
        }
    }
    // A table itself has many rows of a key; what else may begin a pipe is not known.
    left.source_name().is_none()
}

/// The names of columns, when there is nothing else; `a = b` names `a`.
fn names<'t>(items: impl Iterator<Item = Expr<'t>>) -> Option<BTreeSet<String>> {
    items
        .map(|item| match item {
            Expr::Name(name) => Some(name.value().into_owned()),
            Expr::Named(named) => named.names().next().map(|name| name.value().into_owned()),
            _ => None,
        })
        .collect()
}

/// True unless what follows makes the lost rows irrelevant: groups by the keys that count nothing.
fn matters(join: Node<'_>, keys: &BTreeSet<String>) -> bool {
    let Some(around) = join.parent().filter(|it| it.kind() == K::PipeExpr) else { return true };
    let mut after = around.child_nodes().skip_while(|it| *it != join).skip(1);
    !after.any(|operator| match word(operator) {
        K::DistinctKw => {
            let items = DistinctOperator::cast(operator).and_then(|it| names(it.items()));
            items.is_some_and(|items| items.is_subset(keys))
        }
        K::SummarizeKw => SummarizeOperator::cast(operator)
            .is_some_and(|it| it.aggregates().next().is_none() && by_keys(it.by(), keys)),
        _ => false,
    })
}

fn by_keys(by: Option<ByClause<'_>>, keys: &BTreeSet<String>) -> bool {
    by.is_some_and(|by| names(by.items()).is_some_and(|by| by.is_subset(keys)))
}
