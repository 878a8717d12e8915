//! The rules of the language: one function for each construct, named after it. A rule eats what it knows, reports what
//! is missing and leaves the rest to the rule that called it.

mod clause;
mod expression;
mod literal;
mod operator;
mod statement;

use super::kind::SyntaxKind;
use super::parser::{Completed, Parser, run};
use super::tree::Tree;

/// Reads a text. Never fails and never panics: see [`Tree::errors`].
pub fn parse(text: &str) -> Tree {
    run(text, statement::query)
}

/// Items with commas between them. An item rule gives `false` when none begins at the cursor, and has reported it.
fn comma_list(p: &mut Parser<'_>, item: impl Fn(&mut Parser<'_>) -> bool) {
    while item(p) && p.eat(SyntaxKind::Comma) {}
}

/// The same between brackets, where a comma may also stand after the last item. The opening bracket is at the cursor.
fn bracketed_list(p: &mut Parser<'_>, close: SyntaxKind, item: impl Fn(&mut Parser<'_>) -> bool) {
    p.bump();
    while !p.at(close) && item(p) && p.eat(SyntaxKind::Comma) {}
    close_bracket(p, close);
}

/// The closing bracket; what stands before it by mistake is an error.
fn close_bracket(p: &mut Parser<'_>, close: SyntaxKind) {
    if p.eat(close) {
        return;
    }
    p.error_expecting(close);
    p.skip_to(&[close]);
    p.eat(close);
}
