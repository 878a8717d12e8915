//! `search kind=case_sensitive in (T, U*) e`

use super::expression::{data_scope, required, scalar_expr};
use super::find::in_tables;
use super::parameter::{Names, parameters};
use super::schema::star;
use super::{Parser, SyntaxKind as K};

pub(super) fn search(p: &mut Parser<'_>) {
    parameters(p, &[], Names::Known);
    data_scope(p);
    in_tables(p);
    let star_and = p.at(K::Star) && p.nth(1) == K::AndKw;
    if !star_and {
        if scalar_expr(p).is_none() && !star(p) {
            p.missing_expression();
        }
        return;
    }
    // `* and e`: everything, as far as e is true.
    let marker = p.start();
    star(p);
    p.bump();
    required(p, scalar_expr);
    p.complete(marker, K::LogicalExpr);
}
