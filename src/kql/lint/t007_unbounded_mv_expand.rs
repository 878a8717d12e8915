//! T007: every row of a table is multiplied.

use super::pipe::{Lets, Pipe, word};
use super::{Finding, LintRule, Subject};
use crate::kql::{Meaning, Node, Severity, SyntaxKind as K};

pub(super) const RULE: LintRule = LintRule {
    code: "T007",
    summary: "mv-expand of a whole table",
    reason: "mv-expand makes a row of every element: over a table that nothing has filtered yet there is no bound to \
             how many that are.",
    severity: Severity::Warning,
    find,
};

fn find(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let tree = &subject.inspection.tree;
    let lets = Lets::of(tree);
    for node in tree.elements().filter(|node| !node.is_token() && matches!(word(*node), K::MvExpandKw | K::MvexpandKw))
    {
        let Some(pipe) = Pipe::before(node).map(|pipe| pipe.resolved(&lets)) else { continue };
        let Some(name) = pipe.source_name() else { continue };
        let has_limit = node.descendants().any(|it| it.kind() == K::LimitKw);
        // Lists of what is known do not grow as time goes on.
        let grows = subject.context.schema.table(&name.value()).is_some_and(|table| table.time_column().is_some());
        if has_limit || !grows || pipe.is_reduced() || subject.meaning(&name.span()) != Some(Meaning::Table) {
            continue;
        }
        found.push(Finding {
            span: node.tokens().next().map_or(node.span(), Node::span),
            message: format!("mv-expand multiplies every row of {}", name.value()),
            hint: Some("Filter before it, or end it with limit".to_owned()),
            fix: None,
        });
    }
}
