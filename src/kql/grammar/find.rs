//! `find in (T, U*) where e project a, b:long, pack(*)`

use super::expression::{data_scope, required, scalar_expr, wildcard_entity};
use super::name::name;
use super::parameter::{Names, parameters};
use super::schema::{any_type_name, star};
use super::{List, Parser, SyntaxKind as K, at_list_end, close_bracket};

pub(super) fn find(p: &mut Parser<'_>) {
    data_scope(p);
    let before = p.position();
    parameters(p, &[], Names::EveryKnown);
    in_tables(p);
    let named = p.position() > before;
    let marker = p.start();
    if p.at(K::WhereKw) || named {
        p.expect(K::WhereKw);
    }
    required(p, scalar_expr);
    p.complete(marker, K::WhereClause);
    if matches!(p.current(), K::ProjectKw | K::ProjectSmartKw) {
        let marker = p.start();
        if p.eat(K::ProjectKw) {
            columns(p);
        } else {
            p.bump();
        }
        p.complete(marker, K::ProjectClause);
    }
    if p.current_text() == "__projectAway" {
        let marker = p.start();
        p.bump();
        columns(p);
        p.complete(marker, K::ProjectAwayClause);
    }
}

fn columns(p: &mut Parser<'_>) {
    List::of("an expression", column).read(p);
}

/// `in (T, database('d').U*)`, which `search` has too.
pub(super) fn in_tables(p: &mut Parser<'_>) {
    if !p.at(K::InKw) {
        return;
    }
    let marker = p.start();
    p.bump();
    let opened = p.expect(K::OpenParen);
    List::of("an expression", table).until(at_list_end).read(p);
    close_bracket(p, K::CloseParen, opened);
    p.complete(marker, K::InClause);
}

/// `T`, `T*`, `database('d').T`, `T | as x`
fn table(p: &mut Parser<'_>) -> bool {
    let Some(table) = wildcard_entity(p) else { return false };
    if p.at(K::Bar) && p.nth(1) == K::AsKw {
        let marker = p.precede(table);
        p.bump();
        super::operator::operator(p);
        p.complete(marker, K::PipeExpr);
    }
    true
}

/// `a`, `a:long`, `*`, `pack(*)`
fn column(p: &mut Parser<'_>) -> bool {
    if p.at(K::PackKw) {
        let marker = p.start();
        name(p);
        let list = p.start();
        let opened = p.expect(K::OpenParen);
        if !star(p) {
            p.expected_token(K::Star);
        }
        close_bracket(p, K::CloseParen, opened);
        p.complete(list, K::ArgumentList);
        p.complete(marker, K::CallExpr);
        return true;
    }
    if star(p) {
        return true;
    }
    let Some(column) = name(p) else { return false };
    if p.at(K::Colon) {
        let marker = p.precede(column);
        p.bump();
        any_type_name(p);
        p.complete(marker, K::ColumnDeclaration);
    }
    true
}
