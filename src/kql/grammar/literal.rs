//! Literals that are more than one token.

use super::clause::{column_declaration, name_token, property_list, type_name};
use super::expression::scalar_expr;
use super::{Completed, Parser, SyntaxKind, bracketed_list, close_bracket, comma_list};

/// One literal token, or adjacent strings, which are one string.
pub(super) fn literal(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    let first = p.current();
    p.bump();
    if !is_string(first) || !is_string(p.current()) {
        return p.complete(marker, SyntaxKind::Literal);
    }
    while is_string(p.current()) {
        p.bump();
    }
    p.complete(marker, SyntaxKind::CompoundString)
}

fn is_string(kind: SyntaxKind) -> bool {
    matches!(kind, SyntaxKind::StringLiteral | SyntaxKind::UnterminatedString)
}

/// A literal of any sort, with a sign before it where it is a number: what a parameter may default to.
pub(super) fn signed_literal(p: &mut Parser<'_>) -> bool {
    use SyntaxKind as K;
    match p.current() {
        K::Minus | K::Plus if matches!(p.nth(1), K::LongLiteral | K::RealLiteral) => {
            let marker = p.start();
            p.bump();
            literal(p);
            p.complete(marker, K::UnaryExpr);
            true
        }
        K::DynamicKw => dynamic(p).is_some(),
        kind if kind.is_literal() => {
            literal(p);
            true
        }
        _ => {
            p.error("expected a literal");
            false
        }
    }
}

/// `dynamic(…)`
pub(super) fn dynamic(p: &mut Parser<'_>) -> Option<Completed> {
    p.nested(|p| {
        let marker = p.start();
        p.bump();
        if p.expect(SyntaxKind::OpenParen) {
            json(p);
            close_bracket(p, SyntaxKind::CloseParen);
        }
        Some(p.complete(marker, SyntaxKind::DynamicLiteral))
    })
}

/// A value inside `dynamic(…)`.
fn json(p: &mut Parser<'_>) -> bool {
    use SyntaxKind as K;
    match p.current() {
        K::OpenBracket => json_list(p, K::CloseBracket, K::JsonArray, json),
        K::OpenBrace => json_list(p, K::CloseBrace, K::JsonObject, json_pair),
        K::DynamicKw => dynamic(p).is_some(),
        K::NullKw => {
            name_token(p);
            true
        }
        K::Minus | K::Plus if matches!(p.nth(1), K::LongLiteral | K::RealLiteral | K::TimespanLiteral) => {
            let marker = p.start();
            p.bump();
            literal(p);
            p.complete(marker, K::UnaryExpr);
            true
        }
        kind if kind.is_literal() => {
            literal(p);
            true
        }
        _ => {
            p.error("expected a JSON value");
            false
        }
    }
}

/// Unlike the lists of the language, those of JSON have no comma after the last item.
fn json_list(p: &mut Parser<'_>, close: SyntaxKind, kind: SyntaxKind, item: fn(&mut Parser<'_>) -> bool) -> bool {
    let list = p.nested(|p| {
        let marker = p.start();
        p.bump();
        if !p.at(close) {
            comma_list(p, item);
        }
        close_bracket(p, close);
        Some(p.complete(marker, kind))
    });
    list.is_some()
}

/// `"key": value`, also with the key bare.
fn json_pair(p: &mut Parser<'_>) -> bool {
    let marker = p.start();
    if is_string(p.current()) {
        literal(p);
    } else if p.current().is_declared_name() {
        name_token(p);
    } else {
        p.error("expected a key");
        p.complete(marker, SyntaxKind::JsonPair);
        return false;
    }
    let found = p.expect(SyntaxKind::Colon) && json(p);
    p.complete(marker, SyntaxKind::JsonPair);
    found
}

/// `typeof(long)`, `typeof(a:long, b:string)`, `typeof(*)`
pub(super) fn type_of(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    p.bump();
    bracketed_list(p, SyntaxKind::CloseParen, |p| {
        if p.nth(1) == SyntaxKind::Colon { column_declaration(p) } else { p.eat(SyntaxKind::Star) || type_name(p) }
    });
    p.complete(marker, SyntaxKind::TypeOfLiteral)
}

/// `datatable (x:long) [1, 2]`
pub(super) fn datatable(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    p.bump();
    bracketed_list(p, SyntaxKind::CloseParen, column_declaration);
    if p.at(SyntaxKind::OpenBracket) {
        let values = p.start();
        bracketed_list(p, SyntaxKind::CloseBracket, |p| scalar_expr(p).is_some());
        p.complete(values, SyntaxKind::ValueList);
    } else {
        p.error("expected '['");
    }
    p.complete(marker, SyntaxKind::DatatableExpr)
}

/// `externaldata (x:long) ['url'] with (format='csv')`
pub(super) fn external_data(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    p.bump();
    bracketed_list(p, SyntaxKind::CloseParen, column_declaration);
    if p.at(SyntaxKind::OpenBracket) {
        p.swallow_group();
    } else {
        p.error("expected '['");
    }
    if p.at(SyntaxKind::WithKw) {
        property_list(p);
    }
    p.complete(marker, SyntaxKind::ExternalDataExpr)
}
