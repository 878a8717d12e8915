//! The blocks of a text that is being changed: kept by line, so that a change costs what it touches and not what the
//! text holds.

use memchr::memmem;

use super::super::diagnostic::Span;
use super::super::kind::SyntaxKind;
use super::super::lexer::{is_wide_space, tokenize};
use super::blocks;

/// What parts two blocks is a blank line outside multi-line strings, and only such a string goes on behind the end of a
/// line: so a line is read alone, if one knows the string that it begins in.
#[derive(Debug, Clone, Default)]
pub struct EditedBlocks {
    lines: Vec<Line>,
    blocks: Vec<Span>,
    /// Blocks of comments alone.
    comments: Vec<Span>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Line {
    /// The fence of the multi-line string that it begins in, and of the one that it ends in.
    begins_in: Option<Fence>,
    ends_in: Option<Fence>,
    content: Content,
    /// The bytes of the line from the first token to the end of the last one.
    start: usize,
    end: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    Blank,
    Comment,
    Query,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fence {
    Backticks,
    Tildes,
}

impl Fence {
    fn text(self) -> &'static str {
        match self {
            Self::Backticks => "```",
            Self::Tildes => "~~~",
        }
    }
}

impl EditedBlocks {
    /// The blocks that hold a query: what [`blocks`] says of the text.
    pub fn blocks(&self) -> &[Span] {
        &self.blocks
    }

    /// The block that a cursor means: what [`super::block_at`] says of the text.
    pub fn at(&self, offset: usize) -> Option<Span> {
        let above = self.blocks.partition_point(|block| block.start <= offset);
        self.blocks.get(above.saturating_sub(1)).cloned()
    }

    /// The block of comments alone that a place is in or touches.
    pub fn comments_at(&self, offset: usize) -> Option<Span> {
        let above = self.comments.partition_point(|block| block.start <= offset);
        self.comments.get(above.checked_sub(1)?).filter(|block| offset <= block.end).cloned()
    }

    /// Takes the changed text. `line_starts` are the places behind its `\n`, zero the first; so many bytes at its start
    /// and at its end are as they were before.
    pub fn update(&mut self, text: &str, line_starts: &[usize], same_start: usize, same_end: usize) {
        if memchr::memchr(b'\r', text.as_bytes()).is_some() {
            // A lone one ends a line too, which no editor of ours writes.
            self.lines.clear();
            self.blocks = blocks(text);
            self.comments.clear();
            return;
        }
        let changed_end = text.len() - same_end;
        let first = line_starts.partition_point(|start| *start <= same_start).saturating_sub(1).min(self.lines.len());
        let n_tail = line_starts.len() - line_starts.partition_point(|start| *start <= changed_end);
        let n_tail = n_tail.min(self.lines.len() - first).min(line_starts.len() - first);
        let last = line_starts.len() - n_tail;
        let unread = Line { begins_in: None, ends_in: None, content: Content::Blank, start: 0, end: 0 };
        self.lines.splice(first..self.lines.len() - n_tail, std::iter::repeat_n(unread, last - first));
        let mut inside = first.checked_sub(1).and_then(|before| self.lines[before].ends_in);
        for row in first..line_starts.len() {
            if row >= last && self.lines[row].begins_in == inside {
                break;
            }
            let end = line_starts.get(row + 1).map_or(text.len(), |next| next - 1);
            self.lines[row] = read(&text[line_starts[row]..end], inside);
            inside = self.lines[row].ends_in;
        }
        self.collect(line_starts);
    }

    /// Joins lines without a blank one between them.
    fn collect(&mut self, line_starts: &[usize]) {
        self.blocks.clear();
        self.comments.clear();
        let mut open: Option<(Span, bool)> = None;
        for (row, start) in line_starts.iter().enumerate() {
            let line = self.lines[row];
            let is_query = line.content == Content::Query;
            match &mut open {
                _ if line.content == Content::Blank => self.close(open.take()),
                Some((span, has_query)) => {
                    span.end = start + line.end;
                    *has_query |= is_query;
                }
                None => open = Some((start + line.start..start + line.end, is_query)),
            }
        }
        self.close(open);
    }

    fn close(&mut self, block: Option<(Span, bool)>) {
        match block {
            Some((span, true)) => self.blocks.push(span),
            Some((span, false)) => self.comments.push(span),
            None => {}
        }
    }
}

/// Reads a line that begins in a multi-line string or outside of one.
fn read(line: &str, inside: Option<Fence>) -> Line {
    let Some(fence) = inside else { return read_outside(line) };
    match memmem::find(line.as_bytes(), fence.text().as_bytes()) {
        None => Line { begins_in: inside, ends_in: inside, content: Content::Query, start: 0, end: line.len() },
        Some(at) => {
            let behind = at + fence.text().len();
            let rest = read_outside(&line[behind..]);
            let end = if rest.content == Content::Blank { behind } else { behind + rest.end };
            Line { begins_in: inside, ends_in: rest.ends_in, content: Content::Query, start: 0, end }
        }
    }
}

fn read_outside(line: &str) -> Line {
    let is_space = |c: char| matches!(c, ' ' | '\t' | '\x0c') || is_wide_space(c);
    let start = line.len() - line.trim_start_matches(is_space).len();
    let content = match &line[start..] {
        "" => Content::Blank,
        rest if rest.starts_with("//") => Content::Comment,
        _ => Content::Query,
    };
    let mut read = Line { begins_in: None, ends_in: None, content, start, end: line.len() };
    let has_fence = || [Fence::Backticks, Fence::Tildes].iter().any(|it| line.contains(it.text()));
    // Only where a string may go on, or blanks at the end may belong to a token, the tokens have to be known.
    if content == Content::Query && (line.ends_with(is_space) || has_fence()) {
        let last = tokenize(line).0.into_iter().rfind(|token| token.kind != SyntaxKind::Whitespace);
        let Some(last) = last else { return read };
        let text = &line[last.start as usize..last.end as usize];
        read.end = last.end as usize;
        read.ends_in = (last.kind == SyntaxKind::UnterminatedString).then(|| fence_of(text)).flatten();
    }
    read
}

/// The fence that a string begins with.
fn fence_of(string: &str) -> Option<Fence> {
    let string = string.strip_prefix(['h', 'H']).unwrap_or(string);
    [Fence::Backticks, Fence::Tildes].into_iter().find(|it| string.starts_with(it.text()))
}
