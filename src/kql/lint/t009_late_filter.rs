//! T009: a filter behind an expensive operator that could stand before it.

use std::collections::BTreeSet;

use super::pipe::word;
use super::{Finding, LintRule, Subject};
use crate::kql::{
    CallExpr, ColumnSymbol, Expr, Fix, JoinOperator, Meaning, Name, NamedExpr, Node, Severity, SummarizeOperator,
    SyntaxKind as K, TextEdit, WhereOperator,
};

pub(super) const RULE: LintRule = LintRule {
    code: "T009",
    summary: "filter behind an operator that it could stand before",
    reason: "Rows that are filtered away later are sorted, joined, grouped or multiplied first.",
    severity: Severity::Warning,
    find,
};

/// Functions of the rows around.
const OF_NEIGHBOURS: [&str; 8] =
    ["prev", "next", "row_number", "row_cumsum", "row_rank_dense", "row_rank_min", "row_window_session", "rand"];

fn find(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    for filter in subject.inspection.tree.elements().filter_map(WhereOperator::cast) {
        let node = filter.node();
        let Some(before) = stage_before(node) else { continue };
        let Some(columns) = filter.predicate().and_then(|predicate| subject.columns_of(predicate)) else { continue };
        let name = match word(before) {
            K::SortKw | K::OrderKw => "sort",
            K::SummarizeKw if subject.are_keys(before, &columns) => "summarize",
            K::JoinKw if subject.are_left(before, &columns) => "join",
            K::MvExpandKw | K::MvexpandKw if subject.are_kept(before, &columns) => "mv-expand",
            _ => continue,
        };
        found.push(Finding {
            span: node.span(),
            message: format!("this filter could stand before {name}, which then has fewer rows to work on"),
            hint: Some(format!("Move it before {name}")),
            fix: swap(subject, before, node)
                .map(|edits| Fix { title: format!("Move the filter before {name}"), edits }),
        });
    }
}

/// The operator before a stage, other filters passed by.
fn stage_before(node: Node<'_>) -> Option<Node<'_>> {
    node.parent().filter(|around| around.kind() == K::PipeExpr)?;
    let mut at = node.previous_sibling()?;
    loop {
        match at.kind() {
            K::Bar | K::WhereOperator => at = at.previous_sibling()?,
            // What stands at the begin makes the rows.
            _ => return at.previous_sibling().map(|_| at),
        }
    }
}

/// Exchanges two neighbouring stages; `None` when something stands between them.
fn swap(subject: &Subject<'_>, first: Node<'_>, second: Node<'_>) -> Option<Vec<TextEdit>> {
    let bar = second.previous_sibling().filter(|it| it.kind() == K::Bar)?;
    if bar.previous_sibling()? != first {
        return None;
    }
    // A comment at the end of a line would swallow what is put behind it.
    let text = subject.inspection.tree.text();
    let between = text.get(first.span().end..second.span().start)?;
    if between.contains("//") {
        return None;
    }
    let put = |at: Node<'_>, what: Node<'_>| TextEdit { span: at.span(), text: what.text().to_owned() };
    Some(vec![put(first, second), put(second, first)])
}

impl Subject<'_> {
    /// The columns that a predicate reads; `None` when it reads none, or something that is not known.
    fn columns_of(&self, predicate: Expr<'_>) -> Option<BTreeSet<String>> {
        let mut columns = BTreeSet::new();
        let nodes = std::iter::once(predicate.node()).chain(predicate.node().descendants());
        for node in nodes.filter(|node| !node.is_token()) {
            if let Some(call) = CallExpr::cast(node) {
                let name = call.name()?;
                if OF_NEIGHBOURS.contains(&name.value().as_ref()) {
                    return None;
                }
            } else if let Some(name) = Name::cast(node) {
                let parent = node.parent()?.kind();
                let is_call = parent == K::CallExpr;
                // A key of a dynamic value is no column.
                if is_call || parent == K::PathExpr && node.previous_sibling().is_some() {
                    continue;
                }
                match self.meaning(&name.span())? {
                    Meaning::Column => columns.insert(name.value().into_owned()),
                    Meaning::Variable | Meaning::Parameter => continue,
                    _ => return None,
                };
            } else if node.kind() == K::PipeExpr {
                // A subquery has columns of its own.
                return None;
            }
        }
        (!columns.is_empty()).then_some(columns)
    }

    /// True when all are groups of a `summarize` that keep their name.
    fn are_keys(&self, summarize: Node<'_>, columns: &BTreeSet<String>) -> bool {
        let Some(summarize) = SummarizeOperator::cast(summarize) else { return false };
        let keys: BTreeSet<String> = summarize
            .keys()
            .filter_map(|key| match key {
                Expr::Name(name) if self.meaning(&name.span()) == Some(Meaning::Column) => {
                    Some(name.value().into_owned())
                }
                _ => None,
            })
            .collect();
        columns.is_subset(&keys)
    }

    /// True when all come from the left side of a join that keeps or drops each left row by itself.
    fn are_left(&self, join: Node<'_>, columns: &BTreeSet<String>) -> bool {
        const BY_ROW: [&str; 6] = ["inner", "leftouter", "leftsemi", "leftanti", "anti", "leftantisemi"];
        let Some(join) = JoinOperator::cast(join) else { return false };
        let kind =
            join.node().child_nodes().filter(|it| it.kind() == K::Parameter).find_map(|it| {
                it.text().strip_prefix("kind").map(|rest| rest.trim_start_matches([' ', '=']).to_owned())
            });
        kind.is_some_and(|kind| BY_ROW.contains(&kind.as_str())) && self.has_input(join.node(), columns)
    }

    /// True when none is changed by an `mv-expand`.
    fn are_kept(&self, expand: Node<'_>, columns: &BTreeSet<String>) -> bool {
        let mut made = BTreeSet::new();
        for node in expand.child_nodes().flat_map(|child| std::iter::once(child).chain(child.descendants())) {
            if let Some(named) = NamedExpr::cast(node) {
                made.extend(named.names().map(|name| name.value().into_owned()));
            } else if let Some(name) = Name::cast(node) {
                made.insert(name.value().into_owned());
            }
        }
        columns.is_disjoint(&made) && self.has_input(expand, columns)
    }

    /// True when all are columns of what goes into an operator.
    fn has_input(&self, operator: Node<'_>, columns: &BTreeSet<String>) -> bool {
        let start = operator.span().start;
        let Some(row) = self.inspection.facts.rows.iter().find(|row| row.span.start == start) else { return false };
        let has = |name: &String| row.columns.iter().any(|column: &ColumnSymbol| column.name == *name);
        columns.iter().all(has)
    }
}
