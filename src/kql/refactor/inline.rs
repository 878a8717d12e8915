//! A `let` is put back where it is used.

use super::super::diagnostic::Span;
use super::super::edit::{Fix, TextEdit};
use super::super::kind::SyntaxKind as K;
use super::super::tree::Node;
use super::{Place, is_atom, let_at, let_parts, uses_of};

/// Takes the `let` away and writes its value wherever its name stands. Not offered where a name in the value would mean
/// something else there.
pub(super) fn inline(place: &Place<'_>) -> Option<Fix> {
    let statement = let_at(place)?;
    let (name, value) = let_parts(statement)?;
    let uses = uses_of(place, &name.span());
    if uses.is_empty() || uses.iter().any(|span| changes_meaning(place, value, span)) {
        return None;
    }
    let text = if is_atom(value) { value.text().to_owned() } else { format!("({})", value.text()) };
    let removed = TextEdit { span: with_line(place.text(), statement), text: String::new() };
    let written = uses.into_iter().map(|span| TextEdit { span, text: text.clone() });
    let title = format!("Inline {}", name.text());
    Some(Fix { title, edits: std::iter::once(removed).chain(written).collect() })
}

/// True when a name of the value means a column at the place of use, or another thing that the text has named so; and
/// where a name is written as the language takes no expression.
fn changes_meaning(place: &Place<'_>, value: Node<'_>, span: &Span) -> bool {
    let facts = &place.inspection.facts;
    let inside = value.span();
    let mut free = facts
        .names
        .iter()
        .filter(|fact| inside.start <= fact.span.start && fact.span.end <= inside.end && fact.definition.is_some())
        .filter(|fact| fact.definition.as_ref().is_some_and(|at| at.start < inside.start || inside.end < at.end));
    let row = facts.row_at(span.start);
    let is_hidden = free.any(|fact| {
        let is_column = row.is_some_and(|row| row.is_open || row.columns.iter().any(|it| it.name == fact.name));
        let is_renamed = facts
            .variables
            .iter()
            .any(|other| other.name == fact.name && Some(&other.definition) != fact.definition.as_ref());
        is_column || is_renamed
    });
    // A comment at the end of the value's line would take in what stands behind the name.
    let has_comment = value.descendants().any(|inner| inner.kind() == K::Comment);
    is_hidden || has_comment
}

/// A statement with its `;`, and with its line when nothing else stands there.
fn with_line(text: &str, statement: Node<'_>) -> Span {
    let mut span = statement.span();
    if let Some(semicolon) = statement.next_sibling().filter(|next| next.kind() == K::Semicolon) {
        span.end = semicolon.span().end;
    }
    let rest = &text[span.end..];
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let line_end =
        if rest[blanks..].starts_with("\r\n") { 2 } else { usize::from(rest[blanks..].starts_with(['\n', '\r'])) };
    let before = &text[..span.start];
    let begins_line = before.trim_end_matches([' ', '\t']).is_empty() || before.ends_with(['\n', '\r']);
    if begins_line || line_end == 0 {
        span.end += blanks + line_end;
    }
    span
}
