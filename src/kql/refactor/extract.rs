//! A part of a query gets a name.

use super::super::bind::Meaning;
use super::super::edit::{Fix, TextEdit};
use super::super::format::line_end_of;
use super::super::kind::SyntaxKind as K;
use super::super::lexer::tokenize;
use super::super::tree::Node;
use super::{Place, statement_of};

/// Puts `let name = …;` before the statement, and the name in the place of what is selected: an expression that needs no
/// row, or a pipeline or its first stages. At a cursor it is the literal there.
pub(super) fn extract(place: &Place<'_>) -> Option<Fix> {
    let node = selected(place)?;
    if node.ancestors().any(|around| forbids(around.kind())) {
        return None;
    }
    let is_table = is_table(node, place)?;
    let statement = statement_of(node)?;
    let name = free_name(place, if is_table { "rows" } else { "value" });
    let span = if is_table { place.selection.clone() } else { node.span() };
    let start = statement.span().start;
    // What a `let` names is a whole expression already.
    if statement.kind() == K::LetStatement && statement.child_nodes().nth(1).is_some_and(|it| it.span() == span) {
        return None;
    }
    let text = place.text();
    let line = &text[text[..start].rfind(['\n', '\r']).map_or(0, |at| at + 1)..start];
    let behind = if line.trim().is_empty() { format!("{}{line}", line_end_of(text)) } else { " ".to_owned() };
    let made = format!("let {name} = {};{behind}", place.text_of(&span));
    let edits = vec![TextEdit { span: start..start, text: made }, TextEdit { span, text: name }];
    Some(Fix { title: "Extract to let".to_owned(), edits })
}

/// The node that is selected, or the pipeline whose first stages are.
fn selected<'t>(place: &'t Place<'_>) -> Option<Node<'t>> {
    let tree = &place.inspection.tree;
    let selection = &place.selection;
    if selection.is_empty() {
        let leaf = tree.leaf_at(selection.start).filter(|leaf| leaf.kind().is_literal());
        let before = || tree.leaf_at(selection.start.checked_sub(1)?).filter(|leaf| leaf.kind().is_literal());
        return leaf.or_else(before)?.parent().filter(|node| node.kind() == K::Literal);
    }
    let nodes = || tree.elements().filter(|node| !node.is_token());
    let exact = nodes().rfind(|node| node.span() == *selection && is_expression(node.kind()));
    let begins = |node: &Node<'_>| {
        let ends = |child: Node<'_>| child.span().end == selection.end && !child.is_token();
        node.kind() == K::PipeExpr && node.span().start == selection.start && node.children().any(ends)
    };
    exact.or_else(|| nodes().rfind(begins))
}

fn is_expression(kind: K) -> bool {
    matches!(
        kind,
        K::Literal
            | K::CompoundString
            | K::DynamicLiteral
            | K::UnaryExpr
            | K::BinaryExpr
            | K::LogicalExpr
            | K::BetweenExpr
            | K::InExpr
            | K::CallExpr
            | K::PathExpr
            | K::IndexExpr
            | K::ParenExpr
            | K::PipeExpr
            | K::DatatableExpr
            | K::ExternalDataExpr
    )
}

/// True for places where the language takes a literal, or where a name would mean something else.
fn forbids(kind: K) -> bool {
    matches!(
        kind,
        K::ValueList
            | K::DynamicLiteral
            | K::ParameterDeclaration
            | K::Parameter
            | K::Property
            | K::SetStatement
            | K::AliasStatement
            | K::DeclareStatement
            | K::PatternStatement
            | K::RestrictStatement
            | K::ParsePattern
            | K::GraphEdgeRange
            | K::PartitionOperator
            | K::TypeName
            | K::Error
    )
}

/// True for rows, false for a value; `None` for what has no meaning on its own, such as a value that needs a row.
fn is_table(node: Node<'_>, place: &Place<'_>) -> Option<bool> {
    let span = node.span();
    let facts = &place.inspection.facts;
    if matches!(node.kind(), K::PipeExpr | K::DatatableExpr | K::ExternalDataExpr) {
        // A pipeline that begins with an operator takes its rows from around it.
        let first = node.child_nodes().next()?;
        return (!is_continued(first.kind()) && first.kind() != K::Error).then_some(true);
    }
    let inside = facts.names.iter().filter(|fact| span.start <= fact.span.start && fact.span.end <= span.end);
    let needs_row =
        |meaning| matches!(meaning, Meaning::Column | Meaning::Aggregate | Meaning::Plugin | Meaning::Table);
    let has_type = facts.type_of(&span).is_some() || node.kind() == K::Literal;
    let has_star = node.descendants().any(|inner| inner.kind() == K::StarExpr);
    let is_scalar = has_type && !has_star && !inside.clone().any(|fact| needs_row(fact.meaning));
    is_scalar.then_some(false)
}

/// True for operators that work on the rows of the one before.
fn is_continued(kind: K) -> bool {
    let makes_rows = matches!(
        kind,
        K::UnionOperator
            | K::PrintOperator
            | K::RangeOperator
            | K::SearchOperator
            | K::FindOperator
            | K::EvaluateOperator
            | K::MacroExpandOperator
    );
    (K::WhereOperator..=K::TopNestedOperator).contains(&kind) && !makes_rows
}

/// A name that neither the text nor the schema has.
fn free_name(place: &Place<'_>, base: &str) -> String {
    let text = place.text();
    let schema = place.context.schema;
    let is_taken = |name: &str| {
        tokenize(text).0.iter().any(|token| &text[token.start as usize..token.end as usize] == name)
            || schema.table(name).is_some()
            || schema.function(name).is_some()
            || schema.tables().any(|table| table.columns.iter().any(|column| column.name == name))
    };
    let names = std::iter::once(base.to_owned()).chain((2..).map(|number| format!("{base}{number}")));
    names.into_iter().find(|name| !is_taken(name)).unwrap_or_else(|| base.to_owned())
}
