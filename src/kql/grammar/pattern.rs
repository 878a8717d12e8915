//! `declare pattern p = (x:string)[y:string] { ('a').['b'] = { … }; }`

use super::expression::scalar_item;
use super::function::function_body;
use super::literal::literal;
use super::name::required_name;
use super::schema::{column_declaration, columns_type};
use super::{List, Parser, SyntaxKind as K, at_list_end, close_bracket, in_parens};

/// `declare` and `pattern` are at the cursor.
pub(super) fn pattern_statement(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    p.bump();
    required_name(p);
    if p.eat(K::Equal) {
        in_parens(p, List::of("a parameter", column_declaration).until(at_list_end).optional());
        if p.at(K::OpenBracket) {
            path_parameter(p);
        }
        p.nested(|p| {
            let opened = p.expect(K::OpenBrace);
            let mut found = false;
            while matched(p) {
                found = true;
            }
            if !found {
                p.missing("('…') = { … };");
            }
            close_bracket(p, K::CloseBrace, opened);
            Some(())
        });
    }
    p.complete(marker, K::PatternStatement);
}

/// `[y:string]`
fn path_parameter(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    let column = p.start();
    if columns_type(p) {
        p.complete(column, K::ColumnDeclaration);
    } else {
        p.abandon(column);
        p.missing("a parameter");
    }
    close_bracket(p, K::CloseBracket, true);
    p.complete(marker, K::PatternPath);
}

/// `('a').['b'] = { … };`
fn matched(p: &mut Parser<'_>) -> bool {
    if !p.at(K::OpenParen) {
        return false;
    }
    let marker = p.start();
    let list = p.start();
    in_parens(p, List::of("a text", scalar_item).until(at_list_end));
    p.complete(list, K::ExprList);
    if p.at(K::Dot) {
        let path = p.start();
        p.bump();
        let opened = p.expect(K::OpenBracket);
        if literal(p).is_none() {
            p.missing("a text");
        }
        close_bracket(p, K::CloseBracket, opened);
        p.complete(path, K::PatternPath);
    }
    p.expect(K::Equal);
    function_body(p);
    p.expect(K::Semicolon);
    p.complete(marker, K::PatternMatch);
    true
}
