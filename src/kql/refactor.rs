//! Changes of a query that do not change what it answers: name a part with `let`, put a `let` back where it is used,
//! keep the rows of one that is used more than once.
//!
//! Each is offered only when the query after it has no mistake that it did not have, and the same result columns.

mod extract;
mod inline;
mod materialize;

use super::diagnostic::{Severity, Span};
use super::edit::{Fix, TextEdit, apply_edits};
use super::kind::SyntaxKind as K;
use super::structure::region_at;
use super::tree::Node;
use super::{Context, Inspection, analyze, inspect};

/// A change that is offered, and of what sort it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refactoring {
    pub kind: RefactoringKind,
    pub fix: Fix,
}

/// What a refactoring does to the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefactoringKind {
    /// A part gets a name.
    Extract,
    /// A name makes room for what it stands for.
    Inline,
    /// What stands there is written another way.
    Rewrite,
}

/// What can be done with a selection, or at the cursor when it is empty. Spans are bytes of the text, which may hold
/// several queries.
pub fn refactorings(text: &str, selection: Span, context: &Context<'_>) -> Vec<Refactoring> {
    let Some(region) = region_at(text, selection.start) else { return Vec::new() };
    if selection.end > region.end || selection.start < region.start {
        return Vec::new();
    }
    let query = &text[region.clone()];
    let place = Place {
        selection: trimmed(query, selection.start - region.start..selection.end - region.start),
        inspection: inspect(query, context),
        context,
    };
    let offers = [
        (RefactoringKind::Extract, extract::extract(&place)),
        (RefactoringKind::Inline, inline::inline(&place)),
        (RefactoringKind::Rewrite, materialize::materialize(&place)),
    ];
    let offered = offers.into_iter().filter_map(|(kind, fix)| fix.map(|fix| Refactoring { kind, fix }));
    let sound = offered.filter(|it| is_sound(&place, &it.fix.edits));
    sound.map(|it| Refactoring { fix: shifted(it.fix, region.start), ..it }).collect()
}

/// A query that is looked at, with what is selected in it.
struct Place<'a> {
    selection: Span,
    inspection: Inspection,
    context: &'a Context<'a>,
}

impl Place<'_> {
    fn text(&self) -> &str {
        self.inspection.tree.text()
    }

    fn text_of(&self, span: &Span) -> &str {
        &self.text()[span.clone()]
    }
}

/// A selection without the blanks at its ends.
fn trimmed(text: &str, selection: Span) -> Span {
    let selected = &text[selection.clone()];
    let start = selection.start + (selected.len() - selected.trim_start().len());
    start..start.max(selection.start + selected.trim_end().len())
}

fn shifted(fix: Fix, by: usize) -> Fix {
    let shift = |edit: TextEdit| TextEdit { span: edit.span.start + by..edit.span.end + by, ..edit };
    Fix { edits: fix.edits.into_iter().map(shift).collect(), ..fix }
}

/// True when the query stays as good as it is, as far as analysis sees.
fn is_sound(place: &Place<'_>, edits: &[TextEdit]) -> bool {
    let after = analyze(&apply_edits(place.text(), edits), place.context);
    let before = &place.inspection.analysis;
    let n_errors = |findings: &[super::Diagnostic]| {
        findings.iter().filter(|finding| matches!(finding.severity, Severity::Error | Severity::Refusal)).count()
    };
    n_errors(&after.diagnostics) <= n_errors(&before.diagnostics) && after.output == before.output
}

/// The statement around a node: the innermost one that stands in the query or in the body of a function.
fn statement_of(node: Node<'_>) -> Option<Node<'_>> {
    let is_list = |kind| matches!(kind, K::Query | K::FunctionBody);
    let mut around = std::iter::once(node).chain(node.ancestors());
    around.find(|node| node.parent().is_some_and(|parent| is_list(parent.kind())))
}

/// The name and the value of a `let` that is no function.
fn let_parts(statement: Node<'_>) -> Option<(Node<'_>, Node<'_>)> {
    let mut parts = statement.child_nodes();
    let (name, value) = (parts.next()?, parts.next()?);
    let is_value = statement.kind() == K::LetStatement && name.kind() == K::Name && value.kind() != K::Error;
    (is_value && value.kind() != K::FunctionDeclaration).then_some((name, value))
}

/// True for expressions that keep their meaning beside any operator.
fn is_atom(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        K::Name | K::Literal | K::CallExpr | K::PathExpr | K::IndexExpr | K::ParenExpr | K::DynamicLiteral
    )
}

/// The `let` that the selection names, where it is made or used; or the one whose statement begins at the selection.
fn let_at<'t>(place: &'t Place<'_>) -> Option<Node<'t>> {
    let fact = place.inspection.facts.name_at(place.selection.start);
    let used = fact.filter(|fact| fact.span.end >= place.selection.end).and_then(|fact| fact.definition.clone());
    let mut lets = place.inspection.tree.elements().filter(|node| node.kind() == K::LetStatement);
    let is_meant = |node: &Node<'_>| {
        let Some(name) = node.child_nodes().next() else { return false };
        let head = node.span().start..name.span().end;
        used.as_ref() == Some(&name.span()) || (head.start <= place.selection.start && place.selection.end <= head.end)
    };
    lets.rfind(is_meant)
}

/// Where a name is used, in text order, without the place that makes it.
fn uses_of(place: &Place<'_>, definition: &Span) -> Vec<Span> {
    let names = place.inspection.facts.names.iter();
    let mut uses: Vec<Span> = names
        .filter(|fact| fact.definition.as_ref() == Some(definition) && fact.span != *definition)
        .map(|fact| fact.span.clone())
        .collect();
    uses.sort_by_key(|span| span.start);
    uses.dedup();
    uses
}
