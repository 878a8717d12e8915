//! `top-nested 3 of a with others='x' by count(), top-nested 1 of b by max(c)`

use super::clause::{by_clause, of_clause, sort_key};
use super::expression::{named_expr, required, scalar_expr};
use super::literal::literal;
use super::{List, Parser, SyntaxKind as K, at_list_end};

/// The word is at the cursor, since every clause begins with it.
pub(super) fn top_nested(p: &mut Parser<'_>) {
    List::of("'top-nested'", clause).until(at_list_end).read(p);
}

fn clause(p: &mut Parser<'_>) -> bool {
    if !p.at(K::TopNestedKw) {
        return false;
    }
    let marker = p.start();
    p.bump();
    named_expr(p);
    of_clause(p);
    if p.at(K::WithKw) {
        let others = p.start();
        p.bump();
        p.expect(K::OthersKw);
        p.expect(K::Equal);
        if literal(p).is_none() {
            required(p, scalar_expr);
        }
        p.complete(others, K::OthersClause);
    }
    by_clause(p, List::of("an expression", sort_key).one());
    p.complete(marker, K::TopNestedClause);
    true
}
