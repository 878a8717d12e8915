//! What can be folded away.

use super::super::diagnostic::Span;
use super::super::grammar::parse;
use super::super::kind::SyntaxKind as K;
use super::super::lexer::tokenize;
use super::brackets::pairs;
use super::pipe::regions;

/// What a fold hides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FoldKind {
    /// A whole statement.
    Statement,
    /// A stage of a pipeline, from its `|` on.
    Stage,
    /// What stands between two brackets, with them.
    Brackets,
    /// Lines of comments.
    Comments,
}

/// A part of a text that spans lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold {
    pub span: Span,
    pub kind: FoldKind,
}

/// All folds of a text, in text order, larger ones first; at most one at a span.
pub fn folds(text: &str) -> Vec<Fold> {
    let mut folds = Vec::new();
    let mut add = |span: Span, kind| {
        if text[span.clone()].contains(['\n', '\r']) {
            folds.push(Fold { span, kind });
        }
    };
    for region in regions(text) {
        let tree = parse(&text[region.clone()]);
        let shifted = |span: Span| span.start + region.start..span.end + region.start;
        for statement in tree.root().child_nodes().filter(|node| node.kind() != K::Error) {
            add(shifted(statement.span()), FoldKind::Statement);
        }
        for bar in tree.leaves().filter(|leaf| leaf.kind() == K::Bar) {
            if let Some(operator) = bar.next_sibling() {
                add(shifted(bar.span().start..operator.span().end), FoldKind::Stage);
            }
        }
    }
    for (open, close) in pairs(text) {
        add(open.start..close.end, FoldKind::Brackets);
    }
    for lines in comment_blocks(text) {
        add(lines, FoldKind::Comments);
    }
    folds.sort_by_key(|fold| (fold.span.start, std::cmp::Reverse(fold.span.end), fold.kind));
    folds.dedup_by(|later, first| later.span == first.span);
    folds
}

/// Comments that follow each other on lines of their own.
fn comment_blocks(text: &str) -> Vec<Span> {
    let mut blocks: Vec<Span> = Vec::new();
    // The end of the block that the next comment goes on with.
    let mut open: Option<usize> = None;
    let mut begins_line = true;
    for token in tokenize(text).0 {
        let span = token.start as usize..token.end as usize;
        match token.kind {
            K::Whitespace => {
                let breaks = line_breaks(&text[span]);
                begins_line |= breaks > 0;
                open = open.filter(|_| breaks < 2);
            }
            K::Comment => {
                match (open, blocks.last_mut()) {
                    (Some(_), Some(block)) => block.end = span.end,
                    _ if begins_line => blocks.push(span.clone()),
                    _ => {}
                }
                open = (begins_line || open.is_some()).then_some(span.end);
                begins_line = false;
            }
            _ => {
                open = None;
                begins_line = false;
            }
        }
    }
    blocks
}

/// `\r\n` is one.
fn line_breaks(text: &str) -> usize {
    text.matches('\n').count() + text.matches('\r').count() - text.matches("\r\n").count()
}
