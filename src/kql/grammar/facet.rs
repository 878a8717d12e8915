//! `facet by a, b with (take 5)`

use super::clause::by_clause;
use super::expression::simple_path;
use super::operator::operator;
use super::pipe::{Inside, subquery};
use super::{List, Parser, SyntaxKind as K, at_list_end};

pub(super) fn facet(p: &mut Parser<'_>) {
    let end = |p: &Parser<'_>| p.at(K::WithKw) || at_list_end(p);
    by_clause(p, List::of("a name", |p| simple_path(p).is_some()).until(end));
    if !p.at(K::WithKw) {
        return;
    }
    let marker = p.start();
    p.bump();
    if p.at(K::OpenParen) {
        subquery(p, Inside::Operators);
    } else {
        operator(p);
    }
    p.complete(marker, K::FacetWith);
}
