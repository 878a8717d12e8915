//! T005: a side of a join that is a whole table of events.

use super::pipe::{Lets, Pipe, is_of_events};
use super::{Finding, LintRule, Subject};
use crate::kql::{JoinOperator, Meaning, Node, Severity, Span};

pub(super) const RULE: LintRule = LintRule {
    code: "T005",
    summary: "join of a whole table of events",
    reason: "A join holds its sides in memory: each should be filtered and cut to what is needed first, and the \
             smaller one should stand left.",
    severity: Severity::Warning,
    find,
};

fn find(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let tree = &subject.inspection.tree;
    let lets = Lets::of(tree);
    for join in tree.elements().filter_map(JoinOperator::cast) {
        let Some(right) = join.right().and_then(Pipe::of) else { continue };
        let right_span = right.source.span();
        let right = right.resolved(&lets);
        if let Some(table) = subject.whole_events(&right) {
            found.push(Finding {
                span: right_span,
                message: format!("this join reads all of {table}"),
                hint: Some("Filter or summarize it inside the join's brackets".to_owned()),
                fix: None,
            });
            continue;
        }
        // Only such a join may change its sides.
        let kind = join.node().children().filter(|it| it.kind() == crate::kql::SyntaxKind::Parameter);
        let changes = kind.filter(|it| it.text().starts_with("kind")).all(|it| it.text().contains("inner"));
        let Some(left) = Pipe::before(join.node()).map(|left| left.resolved(&lets)) else { continue };
        if changes
            && right.is_reduced()
            && let Some(table) = subject.whole_events(&left)
        {
            found.push(Finding {
                span: join.node().tokens().next().map_or(join.span(), Node::span),
                message: format!("the larger side stands left: all of {table}"),
                hint: Some("Filter it first, or begin with the smaller side".to_owned()),
                fix: None,
            });
        }
    }
}

impl Subject<'_> {
    /// The table of events that a pipe takes whole.
    fn whole_events(&self, pipe: &Pipe<'_>) -> Option<String> {
        let name = pipe.source_name()?;
        let is_table = self.meaning(&name.span()) == Some(Meaning::Table);
        let value = name.value();
        (is_table && is_of_events(&value) && !pipe.is_reduced()).then(|| value.into_owned())
    }

    /// What the name at a span means.
    pub(super) fn meaning(&self, span: &Span) -> Option<Meaning> {
        self.inspection.facts.names.iter().rev().find(|fact| fact.span == *span).map(|fact| fact.meaning)
    }
}
