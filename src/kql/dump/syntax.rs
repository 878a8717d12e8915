//! Pictures of tokens and trees: one line for each, so that a change is a readable difference.

use std::fmt::Write;

use super::super::kind::SyntaxKind;
use super::super::tree::{Node, Tree};

/// Every token with its range and text, trivia among them.
pub fn dump_tokens(tree: &Tree) -> String {
    let mut picture = String::new();
    for leaf in tree.leaves() {
        line(&mut picture, leaf, 0);
    }
    errors(&mut picture, tree);
    picture
}

/// The whole tree, trivia among it, then the errors.
pub fn dump_tree(tree: &Tree) -> String {
    let mut picture = String::new();
    // Elements are in preorder: the ends of the nodes around one are the ends that have not been passed yet.
    let mut depth = 0;
    let mut stack = Vec::new();
    for node in tree.elements() {
        while stack.last().is_some_and(|around| Some(*around) != node.parent()) {
            stack.pop();
            depth -= 1;
        }
        line(&mut picture, node, depth);
        if !node.is_token() {
            stack.push(node);
            depth += 1;
        }
    }
    errors(&mut picture, tree);
    picture
}

fn line(picture: &mut String, node: Node<'_>, depth: usize) {
    let span = node.span();
    let indent = "  ".repeat(depth.min(100));
    let kind = node.kind();
    let text = if node.is_token() && kind != SyntaxKind::Query { format!(" {:?}", node.text()) } else { String::new() };
    // Writing to a string cannot fail.
    let _ = writeln!(picture, "{indent}{kind:?}@{}..{}{text}", span.start, span.end);
}

fn errors(picture: &mut String, tree: &Tree) {
    for error in tree.errors() {
        let hint = error.hint.as_deref().map(|hint| format!(" ({hint})")).unwrap_or_default();
        let (code, span, message) = (error.code, &error.span, &error.message);
        let _ = writeln!(picture, "error {code} {}..{}: {message}{hint}", span.start, span.end);
    }
}
