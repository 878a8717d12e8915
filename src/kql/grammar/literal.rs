//! Literals, and the sources of rows that are written out.

use super::expression::{expression, scalar_expr};
use super::name::braced_name;
use super::parameter::{Names, parameters, properties};
use super::schema::{any_type_name, column_declaration, is_any_type, row_schema, star};
use super::{Completed, List, Parser, SyntaxKind as K, at_list_end, close_bracket, open_bracket};

/// A literal of any sort, with a sign before it where it is a number: values of `datatable`, defaults.
pub(super) fn literal(p: &mut Parser<'_>) -> Option<Completed> {
    match p.current() {
        K::Minus | K::Plus => signed_number(p),
        K::DynamicKw => dynamic(p),
        K::TypeofKw => type_of(p),
        K::OpenBrace => braced_name(p),
        kind if kind.is_literal() => Some(plain_literal(p)),
        _ => None,
    }
}

/// One literal token, or adjacent strings, which are one string.
pub(super) fn plain_literal(p: &mut Parser<'_>) -> Completed {
    let first = p.current();
    if first == K::GuidLiteral && !p.current_text().ends_with(')') {
        let hint = format!("Write guid({})", p.current_text());
        p.report("KS214", "a guid is written guid(…)".to_owned(), Some(hint));
    }
    let marker = p.start();
    p.bump();
    if !first.is_string() || !p.current().is_string() {
        return p.complete(marker, K::Literal);
    }
    while p.current().is_string() {
        p.bump();
    }
    p.complete(marker, K::CompoundString)
}

/// `-5`, without a blank after the sign.
fn signed_number(p: &mut Parser<'_>) -> Option<Completed> {
    let is_number = matches!(p.nth(1), K::LongLiteral | K::RealLiteral | K::TimespanLiteral)
        && p.nth_text(1).starts_with(|c: char| c.is_ascii_digit());
    if !is_number || !p.joined(0) {
        return None;
    }
    let marker = p.start();
    p.bump();
    plain_literal(p);
    Some(p.complete(marker, K::UnaryExpr))
}

/// `dynamic(…)`
pub(super) fn dynamic(p: &mut Parser<'_>) -> Option<Completed> {
    if p.nth(1) != K::OpenParen {
        return None;
    }
    p.nested(|p| {
        let marker = p.start();
        p.bump();
        p.bump();
        json_value(p);
        close_bracket(p, K::CloseParen, true);
        Some(p.complete(marker, K::DynamicLiteral))
    })
}

fn json_value(p: &mut Parser<'_>) {
    if !json(p) {
        p.missing("a JSON value");
    }
}

/// A value inside `dynamic(…)`.
fn json(p: &mut Parser<'_>) -> bool {
    match p.current() {
        K::OpenBracket => json_list(p, K::CloseBracket, K::JsonArray, List::of("a JSON value", json)),
        K::OpenBrace => {
            if braced_name(p).is_none() {
                json_list(p, K::CloseBrace, K::JsonObject, List::of("a key and its value", json_pair));
            }
        }
        K::DynamicKw => return dynamic(p).is_some(),
        K::NullKw => {
            super::name::name_token(p);
        }
        K::Minus if matches!(p.nth(1), K::LongLiteral | K::RealLiteral) => {
            let marker = p.start();
            p.bump();
            plain_literal(p);
            p.complete(marker, K::UnaryExpr);
        }
        kind if kind.is_literal() && kind != K::IntLiteral => {
            plain_literal(p);
        }
        _ => return false,
    }
    true
}

/// Unlike the lists of the language, those of JSON have no comma after the last item.
fn json_list(p: &mut Parser<'_>, close: K, kind: K, list: List) {
    p.nested(|p| {
        let marker = p.start();
        p.bump();
        list.until(at_list_end).optional().read(p);
        close_bracket(p, close, true);
        Some(p.complete(marker, kind))
    });
}

/// `"key": value`
fn json_pair(p: &mut Parser<'_>) -> bool {
    let marker = p.start();
    let is_bare = p.at(K::Identifier) && p.nth(1) == K::Colon;
    if is_bare {
        p.missing("a key in quotes");
    }
    if p.current().is_string() || is_bare {
        // One token: a second string would be the value.
        let key = p.start();
        p.bump();
        p.complete(key, if is_bare { K::Name } else { K::Literal });
        p.expect(K::Colon);
        json_value(p);
    } else if p.at(K::Colon) {
        p.missing("a key in quotes");
        p.bump();
        json_value(p);
    } else if at_json(p) {
        p.missing("a key in quotes");
        json(p);
    } else {
        p.abandon(marker);
        return false;
    }
    p.complete(marker, K::JsonPair);
    true
}

fn at_json(p: &Parser<'_>) -> bool {
    let kind = p.current();
    kind.is_literal() || matches!(kind, K::OpenBracket | K::OpenBrace | K::DynamicKw | K::NullKw | K::Minus)
}

/// `typeof(long)`, `typeof(a:long, b:string)`, `typeof(*)`
pub(super) fn type_of(p: &mut Parser<'_>) -> Option<Completed> {
    if p.nth(1) != K::OpenParen {
        return None;
    }
    let marker = p.start();
    p.bump();
    p.bump();
    if is_any_type(p.current_text()) || p.at(K::Identifier) && p.nth(1) == K::CloseParen {
        let ty = p.start();
        p.bump();
        p.complete(ty, K::TypeName);
    } else {
        List::of("a type", |p| star(p) || column_declaration(p)).until(at_list_end).optional().read(p);
    }
    close_bracket(p, K::CloseParen, true);
    Some(p.complete(marker, K::TypeOfLiteral))
}

/// The type after `to`: `to typeof(long)`. `to` is at the cursor.
pub(super) fn to_type(p: &mut Parser<'_>) {
    p.bump();
    if p.at(K::TypeofKw) && type_of(p).is_some() {
        return;
    }
    p.missing("typeof(…)");
    if p.at(K::TypeofKw) {
        let marker = p.start();
        p.bump();
        p.complete(marker, K::TypeOfLiteral);
    } else if is_any_type(p.current_text()) {
        any_type_name(p);
    }
}

/// `datatable (x:long) [1, 2]`
pub(super) fn datatable(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    p.bump();
    parameters(p, &[], Names::EveryKnown);
    row_schema(p);
    value_list(p, |p| literal(p).is_some(), true);
    p.complete(marker, K::DatatableExpr)
}

/// `externaldata (x:long) ['url'] with (format='csv')`
pub(super) fn external_data(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    p.bump();
    parameters(p, &[], Names::EveryKnown);
    row_schema(p);
    value_list(p, |p| expression(p).is_some(), false);
    if p.at(K::WithKw) {
        properties(p);
    }
    p.complete(marker, K::ExternalDataExpr)
}

fn value_list(p: &mut Parser<'_>, item: super::Item, leading_comma: bool) {
    let marker = p.start();
    let opened = open_bracket(p, K::OpenBracket);
    if leading_comma {
        p.eat(K::Comma);
    }
    List::of("a value", item).until(at_list_end).optional().trailing_comma().read(p);
    close_bracket(p, K::CloseBracket, opened);
    p.complete(marker, K::ValueList);
}

/// `__contextual_datatable 'id' (x:long)`
pub(super) fn contextual_datatable(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    p.bump();
    if literal(p).is_none() && scalar_expr(p).is_none() {
        p.missing_expression();
    }
    row_schema(p);
    p.complete(marker, K::ContextualDatatableExpr)
}
