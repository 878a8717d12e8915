//! T001: tables with a time column are read, and nothing bounds the time.

use super::pipe::{Pipe, word};
use super::{Finding, LintRule, Subject};
use crate::kql::{CallExpr, Expr, Fix, Meaning, NameFact, ScalarType, Severity, SyntaxKind as K, TextEdit};

pub(super) const RULE: LintRule = LintRule {
    code: "T001",
    summary: "no time filter",
    reason: "A query without a bound in time reads everything that is kept, which costs most of the quota and of the \
             wait; portals put a bound around it that nobody sees in the text.",
    severity: Severity::Information,
    find,
};

fn find(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    if subject.context.time_range.is_some() || is_bounded(subject) {
        return;
    }
    let timed = |fact: &&NameFact| fact.meaning == Meaning::Table && time_column(subject, fact).is_some();
    let Some(fact) = subject.inspection.facts.names.iter().filter(timed).min_by_key(|fact| fact.span.start) else {
        return;
    };
    let Some(column) = time_column(subject, fact) else { return };
    let pipe = subject.pipe_from(&fact.span);
    if pipe.as_ref().is_some_and(|pipe| pipe.operators.first().is_some_and(|it| only_looks(word(*it)))) {
        return;
    }
    let filter = format!("where {column} > ago(7d)");
    let fix = pipe.map(|_| {
        let is_on_one_line = !subject.inspection.tree.text().trim().contains('\n');
        let before = if is_on_one_line { " " } else { "\n" };
        let edit = TextEdit { span: fact.span.end..fact.span.end, text: format!("{before}| {filter}") };
        Fix { title: format!("Add | {filter}"), edits: vec![edit] }
    });
    found.push(Finding {
        span: fact.span.clone(),
        message: format!("nothing bounds the time that is read of {}", fact.name),
        hint: Some(format!("Add | {filter}")),
        fix,
    });
}

fn time_column<'s>(subject: &'s Subject<'_>, fact: &NameFact) -> Option<&'s str> {
    let table = subject.context.schema.table(&fact.name)?;
    table.time_column().map(|index| table.columns[index].name.as_str())
}

/// `take 10` and `getschema` show what a table is like.
fn only_looks(word: K) -> bool {
    matches!(word, K::TakeKw | K::LimitKw | K::GetschemaKw | K::SampleKw)
}

/// True when something in the text speaks of a time: a call of `ago()`, or a filter on a column of times.
fn is_bounded(subject: &Subject<'_>) -> bool {
    let tree = &subject.inspection.tree;
    let speaks = |name: &str| matches!(name, "ago" | "ingestion_time");
    if tree.elements().filter_map(CallExpr::cast).any(|it| it.name().is_some_and(|name| speaks(&name.value()))) {
        return true;
    }
    let filters = tree.elements().filter(|node| {
        let is_filter = node.kind() == K::BinaryExpr || node.kind() == K::BetweenExpr;
        is_filter && node.ancestors().any(|it| matches!(word(it), K::WhereKw | K::FilterKw | K::SearchKw | K::FindKw))
    });
    let names: Vec<&NameFact> = subject
        .inspection
        .facts
        .names
        .iter()
        .filter(|fact| fact.ty == Some(ScalarType::Datetime) && fact.meaning == Meaning::Column)
        .collect();
    let mut literal = false;
    let named = filters.into_iter().any(|node| {
        let span = node.span();
        literal |= node.descendants().any(|it| it.kind() == K::DatetimeLiteral);
        names.iter().any(|fact| span.start <= fact.span.start && fact.span.end <= span.end)
            || node
                .descendants()
                .filter_map(Expr::cast)
                .any(|it| matches!(it.node().text(), "Timestamp" | "TimeGenerated"))
    });
    named || literal
}

impl Subject<'_> {
    /// The pipe that begins with the name at a span; also for a name that is all there is.
    fn pipe_from(&self, span: &crate::kql::Span) -> Option<Pipe<'_>> {
        let name = self.inspection.tree.leaf_at(span.start)?.parent()?;
        let around = name.parent()?;
        match around.kind() {
            K::PipeExpr if name.previous_sibling().is_none() => Pipe::of(Expr::cast(around)?),
            K::ExpressionStatement | K::LetStatement => Some(Pipe { source: name, operators: Vec::new() }),
            _ => None,
        }
    }
}
