//! The pipeline around a place, and its stages.

use super::super::diagnostic::Span;
use super::super::grammar::parse;
use super::super::kind::SyntaxKind as K;
use super::super::lexer::tokenize;
use super::super::script::parts;
use super::super::tree::{Node, Tree};

/// The stages around a place of a text, outermost pipeline first.
pub(super) struct Pipe {
    /// All stages, the source first.
    pub(super) stages: Vec<Stage>,
    /// The one that the place is in.
    pub(super) here: usize,
}

/// One stage. Spans are bytes of the whole text.
#[derive(Debug, Clone)]
pub(super) struct Stage {
    /// From its `|`, or from its first token when it has none, to its last token.
    pub(super) span: Span,
    /// The same with the lines of comments above it and the comment behind it.
    pub(super) whole: Span,
    pub(super) has_bar: bool,
}

/// The pipelines around a place, the innermost first. A query without `|` is a pipeline of one stage. Empty only where
/// no query stands.
pub(super) fn pipes_at(text: &str, offset: usize) -> Vec<Pipe> {
    let Some(region) = region_at(text, offset) else { return Vec::new() };
    let tree = parse(&text[region.clone()]);
    let place = offset.clamp(region.start, region.end) - region.start;
    let nodes = around(&tree, place);
    nodes.into_iter().filter_map(|node| read(node, text, region.start, offset)).collect()
}

/// Blocks are parted by blank lines, but one that begins with `|` goes on with the one before it.
pub(in crate::kql) fn region_at(text: &str, offset: usize) -> Option<Span> {
    let regions = regions(text);
    let above = regions.partition_point(|region| region.start <= offset);
    regions.into_iter().nth(above.saturating_sub(1))
}

/// All blocks that hold a query, with those that go on with it.
pub(in crate::kql) fn regions(text: &str) -> Vec<Span> {
    let mut regions: Vec<Span> = Vec::new();
    for part in parts(text).into_iter().filter(|part| part.has_query) {
        let first = tokenize_first(&text[part.span.clone()]);
        match regions.last_mut() {
            Some(region) if first == Some(K::Bar) => region.end = part.span.end,
            _ => regions.push(part.span),
        }
    }
    regions
}

fn tokenize_first(text: &str) -> Option<K> {
    tokenize(text).0.into_iter().map(|token| token.kind).find(|kind| !kind.is_trivia())
}

/// Nodes that hold stages around a place, the innermost first: those with `|` directly inside, and the statement when
/// it has none. Behind the last token it is the statement before.
fn around(tree: &Tree, place: usize) -> Vec<Node<'_>> {
    let statements: Vec<Node<'_>> = tree.root().child_nodes().filter(|node| node.kind() != K::Error).collect();
    let above = statements.partition_point(|node| node.span().start <= place);
    let Some(statement) = statements.get(above.saturating_sub(1)) else { return Vec::new() };
    let place = place.clamp(statement.span().start, statement.span().end);
    // At the end of one pipeline the `|` of another may begin.
    let at_bar = tree.leaf_at(place).is_some_and(|leaf| leaf.kind() == K::Bar && leaf.span().start == place);
    let holds = |node: &Node<'_>| {
        let span = node.span();
        span.start <= place && (place < span.end || (place == span.end && !at_bar))
    };
    let mut found: Vec<Node<'_>> =
        statement.descendants().filter(|node| !node.is_token() && holds(node) && has_bar(*node)).collect();
    found.reverse();
    if found.is_empty() {
        let source = statement.child_nodes().last().filter(holds);
        found.extend(source.or(Some(*statement).filter(|it| it.kind() == K::ExpressionStatement)));
    }
    found
}

fn has_bar(node: Node<'_>) -> bool {
    node.tokens().any(|token| token.kind() == K::Bar)
}

/// The stages of a node. `base` is where the node's text begins.
fn read(node: Node<'_>, text: &str, base: usize, offset: usize) -> Option<Pipe> {
    let shifted = |node: Node<'_>| node.span().start + base..node.span().end + base;
    let mut stages: Vec<Stage> = Vec::new();
    let mut begins_with_bar = false;
    let children: Vec<Node<'_>> = if has_bar(node) { node.children().collect() } else { vec![node] };
    for child in children {
        let is_bracket =
            matches!(child.kind(), K::OpenParen | K::CloseParen | K::OpenBrace | K::CloseBrace | K::Semicolon);
        let span = shifted(child);
        if child.kind() == K::Bar {
            stages.push(Stage { whole: span.clone(), span, has_bar: true });
            begins_with_bar = true;
        } else if is_bracket {
            begins_with_bar = false;
        } else if let Some(stage) = stages.last_mut().filter(|_| begins_with_bar) {
            stage.span.end = span.end;
        } else if stages.is_empty() {
            stages.push(Stage { whole: span.clone(), span, has_bar: false });
            begins_with_bar = true;
        }
    }
    let ends: Vec<usize> = stages.iter().map(|stage| stage.span.end).collect();
    for (index, stage) in stages.iter_mut().enumerate() {
        stage.whole = stage.span.start..comment_behind(text, stage.span.end);
        if let Some(before) = index.checked_sub(1) {
            stage.whole.start = comments_above(text, ends[before], stage.span.start);
        }
    }
    let here = stages.iter().rposition(|stage| begin_of(text, stage) <= offset).unwrap_or(0);
    (!stages.is_empty()).then_some(Pipe { stages, here })
}

/// From where on a place belongs to a stage: the blanks of its first line belong to it.
fn begin_of(text: &str, stage: &Stage) -> usize {
    let before = &text[..stage.whole.start];
    let line = before.trim_end_matches([' ', '\t']);
    if line.is_empty() || line.ends_with(['\n', '\r']) { line.len() } else { stage.whole.start }
}

/// The end of the comment on the rest of a line, or the place itself.
fn comment_behind(text: &str, end: usize) -> usize {
    let rest = &text[end..];
    let line = &rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())];
    if line.trim_start().starts_with("//") { end + line.trim_end().len() } else { end }
}

/// The start of the first line of comments between two stages, or of the second stage.
fn comments_above(text: &str, end: usize, start: usize) -> usize {
    let gap = &text[end..start];
    let Some(line_end) = gap.find(['\n', '\r']) else { return start };
    let lines = &gap[line_end..];
    lines.find("//").map_or(start, |at| end + line_end + at)
}
