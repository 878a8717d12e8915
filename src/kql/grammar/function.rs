//! Functions that `let` makes: parameters and bodies.

use super::literal::literal;
use super::name::{declared_length, name};
use super::pipe::pipe_expr;
use super::schema::columns_type;
use super::statement::{at_let, declare_statement, let_statement};
use super::{List, Parser, SyntaxKind as K, at_list_end, close_bracket, in_parens};

/// `() {`, `(x:`, `(*`, `view (`
pub(super) fn at_function(p: &Parser<'_>) -> bool {
    let ahead = usize::from(p.at(K::ViewKw));
    if p.nth(ahead) != K::OpenParen {
        return false;
    }
    match p.nth(ahead + 1) {
        K::CloseParen | K::Star => true,
        _ => declared_length(p, ahead + 1).is_some_and(|length| p.nth(ahead + 1 + length) == K::Colon),
    }
}

/// `view (x:long) { … }`
pub(super) fn function_declaration(p: &mut Parser<'_>) {
    let marker = p.start();
    p.eat(K::ViewKw);
    let parameters = p.start();
    parameter_list(p);
    p.complete(parameters, K::FunctionParameters);
    function_body(p);
    p.complete(marker, K::FunctionDeclaration);
}

/// `(x:long, T:(a:long) = 'x')`
pub(super) fn parameter_list(p: &mut Parser<'_>) {
    in_parens(p, List::of("a parameter", parameter).until(at_list_end).optional());
}

/// `x:long`, `x:long = 5`, `T:(a:long)`, `T:(*)`
pub(super) fn parameter(p: &mut Parser<'_>) -> bool {
    let marker = p.start();
    if !columns_type(p) {
        p.abandon(marker);
        return false;
    }
    if p.eat(K::Equal) && literal(p).is_none() && !(p.current().is_name() && name(p).is_some()) {
        p.missing_expression();
    }
    p.complete(marker, K::ParameterDeclaration);
    true
}

/// `{ let x = 1; … }`
pub(super) fn function_body(p: &mut Parser<'_>) {
    p.nested(|p| {
        let body = p.start();
        let opened = p.expect(K::OpenBrace);
        if opened {
            statements(p);
        }
        close_bracket(p, K::CloseBrace, opened);
        Some(p.complete(body, K::FunctionBody))
    });
}

/// Statements with `;` after them, and an expression at the end.
fn statements(p: &mut Parser<'_>) {
    loop {
        if at_let(p) {
            let_statement(p);
        } else if p.at(K::DeclareKw) && p.nth(1) == K::QueryParametersKw {
            declare_statement(p);
        } else {
            break;
        }
        p.expect(K::Semicolon);
    }
    let marker = p.start();
    if pipe_expr(p).is_some() {
        p.complete(marker, K::ExpressionStatement);
        p.eat(K::Semicolon);
    } else {
        p.abandon(marker);
    }
}
