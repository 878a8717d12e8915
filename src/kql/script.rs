//! The editor's text as a row of queries: blank lines part it into blocks, and a run takes one block.
//!
//! As in Kusto Explorer a blank line parts wherever it stands, also inside brackets; only inside a multi-line string
//! it is text.

mod edited;

pub use edited::EditedBlocks;

use super::diagnostic::Span;
use super::kind::SyntaxKind;
use super::lexer::tokenize;

/// The blocks that hold a query, in text order, without blanks around them. A block of comments alone is none.
pub fn blocks(text: &str) -> Vec<Span> {
    parts(text).into_iter().filter(|part| part.has_query).map(|part| part.span).collect()
}

/// The block that a cursor at a byte offset means: the one it stands in or touches, else the one above it, else the
/// first. `None` only when no block holds a query. Standing in a block of comments means the block above it as well.
pub fn block_at(text: &str, offset: usize) -> Option<Span> {
    let blocks = blocks(text);
    let above = blocks.partition_point(|block| block.start <= offset);
    let found = above.saturating_sub(1);
    blocks.into_iter().nth(found)
}

/// The text that an editor's services look at when the cursor stands at a byte offset: the block that it stands in or
/// touches, one of comments alone too; between blocks the empty place of the cursor itself, where a new one would begin.
pub fn part_at(text: &str, offset: usize) -> Span {
    let holds = |part: &Part| part.span.start <= offset && offset <= part.span.end;
    let mut parts = parts(text);
    match parts.iter().position(holds) {
        Some(index) => parts.swap_remove(index).span,
        None => after_block(text, &parts, offset),
    }
}

/// A cursor on the same line as a block, or at the start of the line behind it, still goes on with it.
fn after_block(text: &str, parts: &[Part], offset: usize) -> Span {
    let before = parts.iter().rev().find(|part| part.span.end <= offset);
    match before.filter(|part| line_breaks(&text[part.span.end..offset]) < 2) {
        Some(part) => part.span.start..offset,
        None => offset..offset,
    }
}

/// A block of any sort.
pub(super) struct Part {
    pub(super) span: Span,
    /// False when it holds comments alone.
    pub(super) has_query: bool,
}

/// All blocks, those of comments alone among them; between them is nothing but blanks.
pub(super) fn parts(text: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut open = false;
    for token in tokenize(text).0 {
        let span = token.start as usize..token.end as usize;
        if token.kind == SyntaxKind::Whitespace {
            open &= line_breaks(&text[span]) < 2;
            continue;
        }
        let has_query = token.kind != SyntaxKind::Comment;
        match parts.last_mut() {
            Some(part) if open => {
                part.span.end = span.end;
                part.has_query |= has_query;
            }
            _ => parts.push(Part { span, has_query }),
        }
        open = true;
    }
    parts
}

/// `\r\n` is one.
fn line_breaks(text: &str) -> usize {
    let bytes = text.as_bytes();
    let lone = |index: usize| bytes[index] == b'\r' && bytes.get(index + 1) != Some(&b'\n');
    (0..bytes.len()).filter(|index| bytes[*index] == b'\n' || lone(*index)).count()
}
