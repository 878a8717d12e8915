//! Clauses that several operators share.

use super::expression::{named_expr, required, scalar_expr};
use super::{List, Parser, SyntaxKind as K};

/// `by …`. Without `by` the list is read all the same.
pub(super) fn by_clause(p: &mut Parser<'_>, list: List) {
    let marker = p.start();
    p.expect(K::ByKw);
    list.read(p);
    p.complete(marker, K::ByClause);
}

/// `of a`
pub(super) fn of_clause(p: &mut Parser<'_>) {
    let marker = p.start();
    p.expect(K::OfKw);
    required(p, named_expr);
    p.complete(marker, K::OfClause);
}

/// A word and an expression after it, where the word stands there.
pub(super) fn word_clause(p: &mut Parser<'_>, word: K, kind: K) -> bool {
    if !p.at(word) {
        return false;
    }
    let marker = p.start();
    p.bump();
    required(p, scalar_expr);
    p.complete(marker, kind);
    true
}

/// At `asc` or one of its like.
pub(super) fn at_order(p: &Parser<'_>) -> bool {
    matches!(p.current(), K::AscKw | K::DescKw | K::GrannyAscKw | K::GrannyDescKw)
}

/// `x desc nulls last`
pub(super) fn sort_key(p: &mut Parser<'_>) -> bool {
    let marker = p.start();
    if named_expr(p).is_none() {
        p.abandon(marker);
        return false;
    }
    if at_order(p) {
        p.bump();
    }
    if p.eat(K::NullsKw) && !(p.eat(K::FirstKw) || p.eat(K::LastKw)) {
        p.missing("'first' or 'last'");
    }
    p.complete(marker, K::SortKey);
    true
}
