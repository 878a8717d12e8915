//! The tokens of a query with what is known of each for laying them out.

use super::super::kind::SyntaxKind;
use super::super::tree::{Node, Tree};
use super::{rules, spacing};

/// What stands before a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spacing {
    /// One blank, or the line break that stands there.
    Space,
    /// Nothing, or the line break that stands there.
    Tight,
    /// What stands there.
    AsIs,
    /// A line break.
    Line,
    /// One blank, also in the place of a line break.
    JoinedSpace,
    /// Nothing, also in the place of a line break.
    JoinedTight,
}

/// One token.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub(super) kind: SyntaxKind,
    /// The node directly around it.
    pub(super) parent: SyntaxKind,
    /// Where the blanks and comments before it begin.
    pub(super) gap: usize,
    pub(super) start: usize,
    pub(super) end: usize,
    /// A line break stands before it.
    pub(super) is_broken: bool,
    /// A comment stands before it.
    pub(super) is_commented: bool,
    /// What stands before it whatever becomes of the tokens around.
    pub(super) spacing: Option<Spacing>,
    /// Wishes before this one were made before [`Piece::spacing`] was set, which overrules them.
    pub(super) first_wish: usize,
    /// Blanks at the start of its line.
    pub(super) level: usize,
    /// Where it aligns instead: blanks after the column of another token.
    pub(super) anchor: Option<(usize, usize)>,
}

/// A spacing that a token gets when, apart from `except`, one of the tokens of a range begins a line. Later wishes go
/// before earlier ones.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish {
    pub(super) piece: usize,
    pub(super) spacing: Spacing,
    /// First and last token, both included.
    pub(super) range: (usize, usize),
    pub(super) except: usize,
}

/// No token is left out of a wish's range.
pub(super) const NONE: usize = usize::MAX;

/// A finished child of a node.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kid {
    pub(super) kind: SyntaxKind,
    /// First and last token, both included.
    pub(super) first: usize,
    pub(super) last: usize,
}

impl Kid {
    pub(super) fn is(self, kind: SyntaxKind) -> bool {
        self.kind == kind
    }
}

/// A node that is being read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) kind: SyntaxKind,
    /// Its first token.
    pub(super) first: usize,
    level: usize,
    /// Where its children begin in the list of all that are waiting.
    mark: usize,
}

/// The tokens of a query, and the rules for what stands before each.
#[derive(Debug)]
pub(super) struct Sheet<'t> {
    pub(super) text: &'t str,
    pub(super) pieces: Vec<Piece>,
    pub(super) wishes: Vec<Wish>,
    /// Nodes that are open, the root first.
    pub(super) frames: Vec<Frame>,
    pub(super) stage: Stage,
}

/// What is known of the text.
///
/// The official formatter measures a line before it puts blanks into it, and looks for the first line of a bracket
/// before it breaks the others; so its own layout can be one that it would lay out otherwise. What came out of this one
/// stays as it is, because in a settled text those two are no reason for a break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Fresh,
    /// It may be a layout already.
    Settled,
}

/// Blanks of one level.
pub(super) const INDENT: usize = 4;

impl<'t> Sheet<'t> {
    pub(super) fn new(tree: &'t Tree, stage: Stage) -> Self {
        let mut sheet = Self { text: tree.text(), pieces: Vec::new(), wishes: Vec::new(), frames: Vec::new(), stage };
        sheet.read(tree);
        sheet
    }

    fn read(&mut self, tree: &Tree) {
        let mut waiting: Vec<Kid> = Vec::new();
        // The nodes that are open, for knowing which end before the next element.
        let mut open: Vec<Node<'_>> = Vec::new();
        let mut gap = Gap::default();
        for element in tree.elements() {
            while !open.is_empty() && open.last().copied() != element.parent() {
                open.pop();
                self.close(&mut waiting);
            }
            if element.kind().is_trivia() {
                gap.add(element);
            } else if element.is_token() {
                self.push(element, std::mem::take(&mut gap), &mut waiting);
            } else {
                let level = self.level_of_child(element.kind(), &waiting);
                open.push(element);
                self.frames.push(Frame { kind: element.kind(), first: self.pieces.len(), level, mark: waiting.len() });
            }
        }
        while open.pop().is_some() {
            self.close(&mut waiting);
        }
    }

    /// Parts of statements and operators are indented, apart from the first.
    fn level_of_child(&self, kind: SyntaxKind, waiting: &[Kid]) -> usize {
        let Some(frame) = self.frames.last() else { return 0 };
        let is_part = !kind.is_token() || kind == SyntaxKind::Comma;
        let is_first = waiting.len() == frame.mark;
        let indents = is_part && !is_first && rules::indents(frame.kind);
        frame.level + if indents { INDENT } else { 0 }
    }

    fn push(&mut self, leaf: Node<'_>, gap: Gap, waiting: &mut Vec<Kid>) {
        let index = self.pieces.len();
        let span = leaf.span();
        let mut piece = Piece {
            kind: leaf.kind(),
            parent: self.frames.last().map_or(SyntaxKind::Query, |frame| frame.kind),
            gap: self.pieces.last().map_or(0, |before| before.end),
            start: span.start,
            end: span.end,
            is_broken: gap.is_broken,
            is_commented: gap.is_commented,
            spacing: None,
            first_wish: 0,
            level: self.level_of_child(leaf.kind(), waiting),
            anchor: None,
        };
        if let Some(before) = self.pieces.last() {
            piece.spacing = spacing::between(before, &piece);
        }
        self.pieces.push(piece);
        waiting.push(Kid { kind: leaf.kind(), first: index, last: index });
    }

    fn close(&mut self, waiting: &mut Vec<Kid>) {
        let Some(frame) = self.frames.pop() else { return };
        let kids = waiting.split_off(frame.mark);
        if let (Some(first), Some(last)) = (kids.first(), kids.last()) {
            let node = Kid { kind: frame.kind, first: first.first, last: last.last };
            rules::apply(self, node, &kids);
            waiting.push(node);
        }
    }

    /// Says what stands before a token, whatever was said before.
    pub(super) fn fix(&mut self, piece: usize, spacing: Spacing) {
        let first_wish = self.wishes.len();
        if let Some(piece) = self.pieces.get_mut(piece) {
            piece.spacing = Some(spacing);
            piece.first_wish = first_wish;
        }
    }

    /// Says what stands before a token when a token of a range, its ends included, begins a line.
    pub(super) fn wish(&mut self, piece: usize, spacing: Spacing, range: (usize, usize), except: usize) {
        self.wishes.push(Wish { piece, spacing, range, except });
    }

    pub(super) fn align(&mut self, piece: usize, to: usize, delta: usize) {
        if let Some(piece) = self.pieces.get_mut(piece) {
            piece.anchor = Some((to, delta));
        }
    }

    /// True when the text breaks a line between two tokens.
    pub(super) fn is_broken_between(&self, first: usize, last: usize) -> bool {
        self.pieces[(first + 1).min(last + 1)..=last].iter().any(|piece| piece.is_broken)
    }

    /// The kind of the node around the one that is being closed.
    pub(super) fn parent_kind(&self) -> SyntaxKind {
        self.frames.last().map_or(SyntaxKind::Query, |frame| frame.kind)
    }

    /// The kind of the node around that one.
    pub(super) fn grandparent_kind(&self) -> SyntaxKind {
        self.frames.iter().rev().nth(1).map_or(SyntaxKind::Query, |frame| frame.kind)
    }

    /// True when one token begins a line; the first one does not.
    pub(super) fn has_lines(&self) -> bool {
        self.pieces.iter().skip(1).any(|piece| piece.is_broken)
    }

    /// UTF-16 code units from the start of one token to the end of another: as the text stands, and in a settled text
    /// as they may have been, without blanks that need not be.
    pub(super) fn width(&self, first: usize, last: usize) -> usize {
        if self.stage == Stage::Fresh {
            return self.units(self.pieces[first].start, self.pieces[last].end);
        }
        let is_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
        let mut width = 0;
        let mut before = None;
        for piece in &self.pieces[first..=last] {
            let text = &self.text[piece.start..piece.end];
            width += self.units(piece.start, piece.end);
            width += usize::from(is_word(before) && is_word(text.chars().next()));
            before = text.chars().next_back();
        }
        width
    }

    /// The same from the blanks before the first one on.
    pub(super) fn width_with_gap(&self, first: usize, last: usize) -> usize {
        self.units(self.pieces[first].gap, self.pieces[last].end)
    }

    fn units(&self, start: usize, end: usize) -> usize {
        let text = &self.text[start..end];
        if text.is_ascii() { text.len() } else { text.encode_utf16().count() }
    }
}

/// Blanks and comments before a token.
#[derive(Debug, Default)]
struct Gap {
    is_broken: bool,
    is_commented: bool,
}

impl Gap {
    fn add(&mut self, trivia: Node<'_>) {
        self.is_commented |= trivia.kind() == SyntaxKind::Comment;
        self.is_broken |= memchr::memchr2(b'\n', b'\r', trivia.text().as_bytes()).is_some();
    }
}
