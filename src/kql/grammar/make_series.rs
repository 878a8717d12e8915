//! `make-series a = avg(b) default=0 on Timestamp from x to y step 1h by c`

use super::clause::{by_clause, word_clause};
use super::expression::{named_expr, named_item, required, scalar_expr};
use super::parameter::{Names, parameters};
use super::{List, Parser, SyntaxKind as K, at_list_end, close_bracket};

pub(super) fn make_series(p: &mut Parser<'_>) {
    parameters(p, &[], Names::Known);
    let end = |p: &Parser<'_>| matches!(p.current(), K::OnKw | K::FromKw | K::InKw) || at_list_end(p);
    List::expressions(item).until(end).read(p);
    let marker = p.start();
    p.expect(K::OnKw);
    required(p, named_expr);
    p.complete(marker, K::OnClause);
    if matches!(p.current(), K::FromKw | K::ToKw | K::StepKw) {
        word_clause(p, K::FromKw, K::FromClause);
        word_clause(p, K::ToKw, K::ToClause);
        let marker = p.start();
        p.expect(K::StepKw);
        required(p, scalar_expr);
        p.complete(marker, K::StepClause);
    } else {
        in_range(p);
    }
    if p.at(K::ByKw) {
        by_clause(p, List::of("an expression", named_item));
    }
}

/// `a = avg(b) default=0`
fn item(p: &mut Parser<'_>) -> bool {
    let marker = p.start();
    if named_expr(p).is_none() {
        p.abandon(marker);
        return false;
    }
    if p.at(K::DefaultKw) {
        let clause = p.start();
        p.bump();
        p.expect(K::Equal);
        required(p, named_expr);
        p.complete(clause, K::DefaultClause);
    }
    p.complete(marker, K::SeriesItem);
    true
}

/// `in range(x, y, 1h)`
fn in_range(p: &mut Parser<'_>) {
    let marker = p.start();
    p.expect(K::InKw);
    p.expect(K::RangeKw);
    let opened = p.expect(K::OpenParen);
    List::expressions(named_item).optional().read(p);
    close_bracket(p, K::CloseParen, opened);
    p.complete(marker, K::InRangeClause);
}
