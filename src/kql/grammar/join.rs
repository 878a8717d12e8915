//! `join kind=inner (right) on keys`, `lookup`, `union`

use super::clause::word_clause;
use super::expression::{paren_expr, required, scalar_expr, scalar_item, wildcard_entity};
use super::parameter::{Names, parameters};
use super::{List, Parser, SyntaxKind as K};

pub(super) fn join(p: &mut Parser<'_>) {
    parameters(p, &[], Names::Known);
    required(p, scalar_expr);
    if !on_clause(p) {
        word_clause(p, K::WhereKw, K::WhereClause);
    }
}

pub(super) fn lookup(p: &mut Parser<'_>) {
    parameters(p, &[], Names::Known);
    required(p, scalar_expr);
    if !on_clause(p) {
        p.missing("'on' and the keys");
    }
}

fn on_clause(p: &mut Parser<'_>) -> bool {
    if !p.at(K::OnKw) {
        return false;
    }
    let marker = p.start();
    p.bump();
    List::of("an expression", scalar_item).read(p);
    p.complete(marker, K::OnClause);
    true
}

/// `union kind=outer T, U*, (V | take 1)`
pub(super) fn union(p: &mut Parser<'_>) {
    parameters(p, &["best_effort"], Names::Known);
    List::expressions(|p| paren_expr(p).or_else(|| wildcard_entity(p)).is_some()).read(p);
}
