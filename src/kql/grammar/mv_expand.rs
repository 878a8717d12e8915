//! `mv-expand a = b to typeof(long) limit 5`, `mv-apply a on (…)`

use super::clause::word_clause;
use super::expression::named_expr;
use super::literal::to_type;
use super::parameter::{Names, parameters};
use super::pipe::{Inside, subquery};
use super::{List, Parser, SyntaxKind as K, at_list_end};

pub(super) fn mv_expand(p: &mut Parser<'_>) {
    parameters(p, &[], Names::Known);
    List::expressions(item).until(|p| p.at(K::LimitKw) || at_list_end(p)).read(p);
    word_clause(p, K::LimitKw, K::LimitClause);
}

pub(super) fn mv_apply(p: &mut Parser<'_>) {
    parameters(p, &[], Names::Known);
    if !lone_type(p) {
        List::expressions(item).until(at_apply_end).read(p);
    }
    word_clause(p, K::LimitKw, K::LimitClause);
    word_clause(p, K::IdKw, K::IdClause);
    p.expect(K::OnKw);
    subquery(p, Inside::Context);
}

/// `to typeof(long)` alone: the columns are named in the subquery.
fn lone_type(p: &mut Parser<'_>) -> bool {
    if !p.at(K::ToKw) {
        return false;
    }
    let marker = p.start();
    to_type(p);
    p.complete(marker, K::MvItem);
    !p.at(K::Comma)
}

/// The words that follow the items may be names of items too.
fn at_apply_end(p: &Parser<'_>) -> bool {
    let is_word = matches!(p.current(), K::LimitKw | K::IdKw | K::OnKw);
    (is_word && !matches!(p.nth(1), K::Comma | K::ToKw | K::Equal)) || at_list_end(p)
}

/// `a = b to typeof(long)`
fn item(p: &mut Parser<'_>) -> bool {
    let marker = p.start();
    if p.at(K::ToKw) {
        p.missing_expression();
    } else if named_expr(p).is_none() {
        p.abandon(marker);
        return false;
    }
    if p.at(K::ToKw) {
        to_type(p);
    }
    p.complete(marker, K::MvItem);
    true
}
