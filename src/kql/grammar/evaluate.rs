//! `evaluate hint.distribution=single f(…) : (*, x:long)`

use super::expression::call;
use super::name::name;
use super::parameter::{Names, parameters};
use super::schema::evaluate_row_schema;
use super::{Parser, SyntaxKind as K};

pub(super) fn evaluate(p: &mut Parser<'_>) {
    parameters(p, &[], Names::EveryKnown);
    if call(p).is_none() {
        let marker = p.start();
        if name(p).is_some() {
            p.complete(marker, K::CallExpr);
            p.expected_token(K::OpenParen);
        } else {
            p.abandon(marker);
            p.missing("a call of a plugin");
        }
    }
    if p.at(K::Colon) {
        let marker = p.start();
        p.bump();
        evaluate_row_schema(p);
        p.complete(marker, K::EvaluateSchema);
    }
}
