//! `inline_external_table (x:long) kind=storage partition by (d:datetime) pathformat=(d) dataformat=csv ('url')`

use super::expression::{expression, scalar_expr};
use super::name::{declared_name, name, name_token};
use super::parameter::{Names, parameters, properties};
use super::schema::{row_schema, type_name};
use super::{List, Parser, SyntaxKind as K, at_list_end, close_bracket, in_parens};

/// The word is a name too: a schema or a kind must follow.
pub(super) fn stands_there(p: &Parser<'_>) -> bool {
    p.nth(1) == K::KindKw || at_schema(p, 1)
}

/// Brackets with a `:` in them.
fn at_schema(p: &Parser<'_>, ahead: usize) -> bool {
    p.nth(ahead) == K::OpenParen
        && (1..64)
            .map(|index| p.nth(ahead + index))
            .find(|kind| matches!(kind, K::Colon | K::CloseParen | K::EndOfText))
            .is_some_and(|kind| kind != K::CloseParen)
}

pub(super) fn inline_external_table(p: &mut Parser<'_>) {
    let mut has_schema = at_schema(p, 0);
    if has_schema {
        row_schema(p);
    }
    let is_delta = p.nth_text(2) == "delta";
    has_schema |= is_delta;
    parameters(p, &["kind"], Names::Declared);
    if !has_schema {
        p.missing("the columns in brackets");
    }
    if p.at(K::PartitionKw) {
        let marker = p.start();
        p.bump();
        p.expect(K::ByKw);
        in_parens(p, List::of("a column", column).until(at_list_end).optional().trailing_comma());
        p.complete(marker, K::PartitionClause);
    }
    if p.at(K::PathformatKw) {
        path_format(p);
    }
    if p.eat(K::DataformatKw) {
        p.expect(K::Equal);
        if name(p).is_none() {
            p.expected("the name of a format");
        }
    } else if !is_delta {
        p.missing_as("KS253", "dataformat=…");
    }
    if p.at(K::OpenParen) {
        let item = |p: &mut Parser<'_>| expression(p).is_some();
        in_parens(p, List::of("a value", item).until(at_list_end).optional().trailing_comma());
    } else {
        p.missing_as("KS256", "the addresses in brackets");
    }
    if p.at(K::WithKw) {
        properties(p);
    }
}

/// `d:datetime = bin(Timestamp, 1d)`
fn column(p: &mut Parser<'_>) -> bool {
    let marker = p.start();
    if declared_name(p).is_none() {
        p.abandon(marker);
        return false;
    }
    p.expect(K::Colon);
    type_name(p);
    if p.eat(K::Equal) {
        scalar_expr(p);
    }
    p.complete(marker, K::ColumnDeclaration);
    true
}

/// `pathformat=('a' d 'b' datetime_pattern('yyyy', d))`
fn path_format(p: &mut Parser<'_>) {
    p.bump();
    p.expect(K::Equal);
    let opened = p.expect(K::OpenParen);
    while p.current().is_string() || p.current().is_name() {
        if p.current().is_string() {
            p.bump();
        } else if scalar_expr(p).is_none() {
            name_token(p);
        }
    }
    close_bracket(p, K::CloseParen, opened);
}
