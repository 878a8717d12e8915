//! The rules of the language: one function for each construct, named after it. A rule that finds nothing it knows eats
//! nothing, reports nothing and says so; the rule that needed it reports what is missing and goes on, so that a text at
//! every key of its writing has its operators. What no rule takes is reported where it stands.
//!
//! What is a mistake, and where, was learned from Microsoft's parser; how to go on after one is our own.

mod clause;
mod evaluate;
mod expression;
mod facet;
mod find;
mod fork;
mod function;
mod graph;
mod inline_external_table;
mod join;
mod literal;
mod macro_expand;
mod make_series;
mod mv_expand;
mod name;
mod operator;
mod parameter;
mod parse_operator;
mod partition;
mod pattern;
mod pipe;
mod reduce;
mod render;
mod scan;
mod schema;
mod search;
mod statement;
mod top_nested;

use super::kind::SyntaxKind;
use super::parser::{Completed, Parser, run};
use super::tree::Tree;

pub(super) use render::CHARTS;

/// Reads a text. Never fails and never panics: see [`Tree::errors`].
pub fn parse(text: &str) -> Tree {
    run(text, statement::query)
}

/// Reads one item, or eats nothing and gives false.
type Item = fn(&mut Parser<'_>) -> bool;
/// True where no item of a list begins.
type End = fn(&Parser<'_>) -> bool;

/// How items with commas between them are read.
#[derive(Clone, Copy)]
struct List {
    item: Item,
    /// What is said to be missing.
    what: &'static str,
    /// With an end, what stands between two items without a comma is an item too.
    end: Option<End>,
    needs_one: bool,
    trailing_comma: bool,
    is_single: bool,
}

impl List {
    /// At least one item, up to whatever is no item.
    fn of(what: &'static str, item: Item) -> Self {
        Self { item, what, end: None, needs_one: true, trailing_comma: false, is_single: false }
    }

    /// At least one expression, up to a closing bracket, `|` or `;`.
    fn expressions(item: Item) -> Self {
        Self::of("an expression", item).until(at_list_end)
    }

    fn until(self, end: End) -> Self {
        Self { end: Some(end), ..self }
    }

    /// There may be none.
    fn optional(self) -> Self {
        Self { needs_one: false, ..self }
    }

    /// A comma may stand after the last one.
    fn trailing_comma(self) -> Self {
        Self { trailing_comma: true, ..self }
    }

    /// Just one.
    fn one(self) -> Self {
        Self { is_single: true, ..self }
    }

    fn read(self, p: &mut Parser<'_>) {
        let ends = |p: &Parser<'_>| self.end.is_some_and(|end| end(p));
        let mut found = !ends(p) && (self.item)(p);
        if !found && (self.needs_one || p.at(SyntaxKind::Comma)) {
            self.missing(p);
            found = p.at(SyntaxKind::Comma);
        }
        found &= !self.is_single;
        while found && !p.at_end() && !ends(p) {
            if p.eat(SyntaxKind::Comma) {
                found = !ends(p) && (self.item)(p);
                if !found && !self.trailing_comma {
                    self.missing(p);
                    // Commas without items between them are one mistake, and the items after them are items.
                    found = p.at(SyntaxKind::Comma);
                }
            } else {
                let (position, reporting) = (p.position(), p.is_reporting());
                found = self.end.is_some() && (self.item)(p);
                if found && reporting {
                    p.missing_comma(position);
                }
            }
        }
    }

    fn missing(self, p: &mut Parser<'_>) {
        if self.what == "an expression" { p.missing_expression() } else { p.missing(self.what) }
    }
}

/// Where a list ends at the latest.
fn at_list_end(p: &Parser<'_>) -> bool {
    use SyntaxKind as K;
    p.at_any(&[K::CloseParen, K::CloseBracket, K::CloseBrace, K::Bar, K::Semicolon, K::EndOfText])
}

/// The opening bracket, or a report that it is missing.
fn open_bracket(p: &mut Parser<'_>, open: SyntaxKind) -> bool {
    p.expect(open)
}

/// The closing bracket; what stands before it by mistake is an error. Without an opening one it is not looked for.
fn close_bracket(p: &mut Parser<'_>, close: SyntaxKind, opened: bool) {
    if p.eat(close) {
        return;
    }
    p.expected_token(close);
    if opened {
        p.skip_to(&[close]);
        if !p.eat(close) {
            p.note_missing(close);
        }
    }
}

/// A list in round brackets. A missing bracket is reported, and the list read all the same.
fn in_parens(p: &mut Parser<'_>, list: List) {
    let opened = open_bracket(p, SyntaxKind::OpenParen);
    list.read(p);
    close_bracket(p, SyntaxKind::CloseParen, opened);
}
