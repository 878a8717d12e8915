//! `parse kind=regex flags=i a with 'x' b:long *`, `parse-where`, `parse-kv a as (b:long) with (pair_delimiter=',')`

use super::expression::{required, scalar_expr};
use super::literal::plain_literal;
use super::name::{declared_name, missing_name};
use super::parameter::{Names, parameters, parse_kv_properties};
use super::schema::{row_schema, star, type_name};
use super::{Parser, SyntaxKind as K};

/// `parse` and `parse-where`.
pub(super) fn parse(p: &mut Parser<'_>) {
    parameters(p, &["flags"], Names::Known);
    required(p, scalar_expr);
    p.expect(K::WithKw);
    let marker = p.start();
    while piece(p) {}
    p.complete(marker, K::ParsePattern);
}

/// A text, `*`, `a` or `a:long`.
fn piece(p: &mut Parser<'_>) -> bool {
    if star(p) {
        return true;
    }
    if p.current().is_string() {
        plain_literal(p);
        return true;
    }
    let marker = p.start();
    let named = declared_name(p).is_some();
    if !p.at(K::Colon) {
        p.abandon(marker);
        return named;
    }
    if !named {
        missing_name(p);
    }
    p.bump();
    type_name(p);
    p.complete(marker, K::ColumnDeclaration);
    true
}

pub(super) fn parse_kv(p: &mut Parser<'_>) {
    required(p, scalar_expr);
    p.expect(K::AsKw);
    row_schema(p);
    if p.at(K::WithKw) {
        parse_kv_properties(p);
    }
}
