//! T008: what follows depends on which rows `take` happened to take.

use super::pipe::{Pipe, word};
use super::{Finding, LintRule, Subject};
use crate::kql::{Node, Severity, SyntaxKind as K, TakeOperator};

pub(super) const RULE: LintRule = LintRule {
    code: "T008",
    summary: "take of rows in no order, and then something is made of them",
    reason: "take gives any rows, others at each run; what is counted, joined or sorted after it is an answer about \
             rows that nobody chose.",
    severity: Severity::Warning,
    find,
};

fn find(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    for node in subject.inspection.tree.elements().filter(|node| node.kind() == K::TakeOperator) {
        let Some(around) = node.parent().filter(|it| it.kind() == K::PipeExpr) else { continue };
        let Some(before) = Pipe::before(node) else { continue };
        let ordered = before.operators.iter().any(|it| matches!(word(*it), K::SortKw | K::OrderKw | K::TopKw));
        let made = before.operators.is_empty() && !is_stored(before.source);
        // `take 0` asks for the columns alone.
        let is_empty = TakeOperator::cast(node).and_then(TakeOperator::count).is_some_and(|it| it.node().text() == "0");
        if ordered || made || is_empty {
            continue;
        }
        let after = around.child_nodes().skip_while(|it| *it != node).skip(1);
        let Some(user) = after.into_iter().find(|it| depends(word(*it))) else { continue };
        let verb = user.tokens().next().map_or("", Node::text);
        found.push(Finding {
            span: node.span(),
            message: format!("take gives any rows, and {verb} makes something of them"),
            hint: Some("Sort before it, or write top".to_owned()),
            fix: None,
        });
    }
}

/// `print`, `range` and `datatable` have an order.
fn is_stored(source: Node<'_>) -> bool {
    !matches!(source.kind(), K::PrintOperator | K::RangeOperator | K::DatatableExpr)
}

fn depends(word: K) -> bool {
    matches!(
        word,
        K::WhereKw
            | K::FilterKw
            | K::SummarizeKw
            | K::JoinKw
            | K::LookupKw
            | K::SortKw
            | K::OrderKw
            | K::TopKw
            | K::DistinctKw
            | K::MakeSeriesKw
            | K::TopNestedKw
    )
}
