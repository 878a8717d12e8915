//! The lossless tree: every byte of the text in exactly one leaf, all elements in one vector in preorder.
//!
//! A node's span runs from its first token that is no trivia to its last one: whitespace and comments around a node
//! belong to its parent. Only the root covers trivia at its ends. A node that holds nothing has an empty span.

use super::diagnostic::{Diagnostic, Span};
use super::kind::SyntaxKind;

/// A parsed text. Made by [`super::parse`]; there is one for any text whatever.
#[derive(Debug, Clone)]
pub struct Tree {
    text: String,
    elements: Vec<Element>,
    errors: Vec<Diagnostic>,
    missing: Vec<(u32, SyntaxKind)>,
    /// Where all of it stands, for a text that stands for something in another one.
    place: Option<Span>,
}

/// One node or leaf.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element {
    pub(super) kind: SyntaxKind,
    pub(super) start: u32,
    pub(super) end: u32,
    /// Index of the node around it; the root is its own parent.
    pub(super) parent: u32,
    /// Index after the last element inside it.
    pub(super) after: u32,
}

impl Tree {
    /// `elements[0]` is the root.
    pub(super) fn new(text: String, elements: Vec<Element>, errors: Vec<Diagnostic>) -> Self {
        Self { text, elements, errors, missing: Vec::new(), place: None }
    }

    pub(super) fn with_missing(mut self, missing: Vec<(u32, SyntaxKind)>) -> Self {
        self.missing = missing;
        self
    }

    /// Brackets and semicolons that the text lacks, and the places where they would stand, in text order.
    pub(super) fn missing(&self) -> &[(u32, SyntaxKind)] {
        &self.missing
    }

    /// Every span of the tree is this one: what is said of the text is said of what it stands for.
    pub(super) fn standing_at(mut self, place: Span) -> Self {
        self.place = Some(place);
        self
    }

    pub(super) fn with_error(mut self, error: Diagnostic) -> Self {
        self.errors.push(error);
        self
    }

    /// What was parsed, byte for byte.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Syntax errors in text order, at most one at a place.
    pub fn errors(&self) -> &[Diagnostic] {
        &self.errors
    }

    pub fn root(&self) -> Node<'_> {
        Node { tree: self, index: 0 }
    }

    /// The node of a number that [`Node::number`] gave for this tree.
    pub(in crate::kql) fn node(&self, number: u32) -> Node<'_> {
        Node { tree: self, index: number }
    }

    /// All leaves in text order, trivia among them; their texts joined are the whole text.
    pub fn leaves(&self) -> impl DoubleEndedIterator<Item = Node<'_>> {
        self.elements().filter(|node| node.is_token())
    }

    /// Every node and leaf in preorder.
    pub fn elements(&self) -> impl DoubleEndedIterator<Item = Node<'_>> {
        (0..self.elements.len()).map(|index| Node { tree: self, index: index as u32 })
    }

    /// The leaf that holds the byte at `offset`; at the end of the text the last leaf. `None` in an empty text or
    /// beyond the end.
    pub fn leaf_at(&self, offset: usize) -> Option<Node<'_>> {
        if offset > self.text.len() {
            return None;
        }
        // In preorder starts never decrease, and the last element that starts at or before a byte is its leaf: after
        // it come only elements that start later, or empty nodes at the same place.
        let mut index = self.elements.partition_point(|element| element.start as usize <= offset);
        while index > 0 {
            index -= 1;
            if self.elements[index].kind.is_token() {
                return Some(Node { tree: self, index: index as u32 });
            }
        }
        None
    }
}

/// A cursor on one node or leaf of a tree.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    tree: &'t Tree,
    index: u32,
}

impl<'t> Node<'t> {
    /// Its number in its tree.
    pub(in crate::kql) fn number(self) -> u32 {
        self.index
    }

    pub fn kind(self) -> SyntaxKind {
        self.element().kind
    }

    pub fn is_token(self) -> bool {
        self.kind().is_token()
    }

    /// Bytes of the text, without trivia around it.
    pub fn span(self) -> Span {
        self.tree.place.clone().unwrap_or_else(|| self.own_span())
    }

    fn own_span(self) -> Span {
        self.element().start as usize..self.element().end as usize
    }

    pub fn text(self) -> &'t str {
        &self.tree.text[self.own_span()]
    }

    /// `None` at the root.
    pub fn parent(self) -> Option<Self> {
        (self.index != 0).then(|| self.at(self.element().parent))
    }

    /// Parent, its parent, and so on up to the root.
    pub fn ancestors(self) -> impl Iterator<Item = Self> {
        std::iter::successors(self.parent(), |node| node.parent())
    }

    /// Nodes and tokens directly inside, without trivia.
    pub fn children(self) -> impl Iterator<Item = Self> {
        self.all_children().filter(|node| !node.kind().is_trivia())
    }

    /// Nodes and tokens directly inside, with trivia.
    pub fn all_children(self) -> impl Iterator<Item = Self> {
        let end = self.element().after;
        let first = (self.index + 1 < end).then(|| self.at(self.index + 1));
        std::iter::successors(first, move |node| {
            let next = node.element().after;
            (next < end).then(|| node.at(next))
        })
    }

    /// Nodes directly inside; no tokens.
    pub fn child_nodes(self) -> impl Iterator<Item = Self> {
        self.all_children().filter(|node| !node.is_token())
    }

    /// Tokens directly inside, without trivia.
    pub fn tokens(self) -> impl Iterator<Item = Self> {
        self.children().filter(|node| node.is_token())
    }

    /// The first node or token of a kind directly inside.
    pub fn child(self, kind: SyntaxKind) -> Option<Self> {
        self.all_children().find(|node| node.kind() == kind)
    }

    /// All elements inside in preorder, without itself.
    pub fn descendants(self) -> impl Iterator<Item = Self> {
        (self.index + 1..self.element().after).map(move |index| self.at(index))
    }

    /// The next node or token in the same parent that is no trivia.
    pub fn next_sibling(self) -> Option<Self> {
        let end = self.parent()?.element().after;
        let mut index = self.element().after;
        while index < end {
            let node = self.at(index);
            if !node.kind().is_trivia() {
                return Some(node);
            }
            index = node.element().after;
        }
        None
    }

    /// The previous node or token in the same parent that is no trivia.
    pub fn previous_sibling(self) -> Option<Self> {
        let parent = self.parent()?;
        let mut before = self.index.checked_sub(1)?;
        // The element before is the parent, or the last one inside the sibling: climb to the sibling itself.
        while before != parent.index {
            let mut node = self.at(before);
            while node.element().parent != parent.index {
                node = node.parent()?;
            }
            if !node.kind().is_trivia() {
                return Some(node);
            }
            before = node.index - 1;
        }
        None
    }

    /// Nodes around it, from the root: 0 for the root itself.
    pub fn depth(self) -> usize {
        self.ancestors().count()
    }

    fn element(self) -> &'t Element {
        &self.tree.elements[self.index as usize]
    }

    fn at(self, index: u32) -> Self {
        Self { tree: self.tree, index }
    }
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.tree, other.tree) && self.index == other.index
    }
}

impl Eq for Node<'_> {}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}@{:?}", self.kind(), self.span())
    }
}
