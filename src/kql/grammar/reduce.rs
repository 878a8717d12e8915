//! `reduce kind=source by a with threshold=0.1, characters='x'`

use super::clause::by_clause;
use super::expression::named_item;
use super::parameter::{Names, parameters, value};
use super::{List, Parser, SyntaxKind as K, at_list_end};

pub(super) fn reduce(p: &mut Parser<'_>) {
    parameters(p, &["threshold", "characters"], Names::EveryKnown);
    by_clause(p, List::of("an expression", named_item).one());
    if !p.at(K::WithKw) {
        return;
    }
    let marker = p.start();
    p.bump();
    List::of("a parameter", property).until(at_list_end).optional().read(p);
    p.complete(marker, K::ReduceWith);
}

fn property(p: &mut Parser<'_>) -> bool {
    let known = matches!(p.current_text(), "threshold" | "characters" | "kind");
    if !known {
        return false;
    }
    let marker = p.start();
    super::name::name_token(p);
    p.expect(K::Equal);
    if !value(p) {
        p.missing("a value");
    }
    p.complete(marker, K::Property);
    true
}
