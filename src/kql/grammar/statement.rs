//! The text, its statements, and functions.

use super::expression::{pipe_expr, scalar_expr};
use super::{Parser, SyntaxKind, clause, close_bracket, comma_list, literal};

/// Statements with `;` between them.
pub(super) fn query(p: &mut Parser<'_>) {
    let marker = p.start();
    statements(p);
    // Only a closing bracket that nothing opened is left here.
    while !p.at_end() {
        p.error("expected a statement");
        let stray = p.start();
        p.bump();
        p.complete(stray, SyntaxKind::Error);
        statements(p);
    }
    // The root is made whatever it holds: the builder opens it.
    p.complete(marker, SyntaxKind::Query);
}

/// Up to the end of the text or of the braces around.
fn statements(p: &mut Parser<'_>) {
    while !p.at_end() && !p.at(SyntaxKind::CloseBrace) {
        if p.at(SyntaxKind::Semicolon) {
            p.error("expected a statement");
            p.bump();
            continue;
        }
        statement(p);
        if p.eat(SyntaxKind::Semicolon) {
            continue;
        }
        if p.at_end() || p.at(SyntaxKind::CloseBrace) {
            return;
        }
        if !at_let(p) {
            p.error("expected ';' or '|'");
            // A bracket that nothing opened is left to the first rule.
            return;
        }
        p.report("expected ';' before this statement".to_owned(), None);
    }
}

fn statement(p: &mut Parser<'_>) {
    use SyntaxKind as K;
    let second = p.nth(1);
    match p.current() {
        K::LetKw if at_let(p) => let_statement(p),
        K::Dot => {
            p.report("management commands such as .show are not queries".to_owned(), None);
            other_statement(p, K::Error);
        }
        K::SetKw if second.is_name() => set_statement(p),
        K::AliasKw if p.nth_text(1) == "database" => other_statement(p, K::AliasStatement),
        K::DeclareKw if second == K::QueryParametersKw => declare_parameters(p),
        K::DeclareKw if second == K::PatternKw => other_statement(p, K::DeclareStatement),
        K::RestrictKw if p.nth_text(1) == "access" => other_statement(p, K::RestrictStatement),
        _ => {
            let marker = p.start();
            pipe_expr(p);
            p.complete(marker, K::ExpressionStatement);
        }
    }
}

/// `let` is a name too: it begins a statement when a name follows.
pub(super) fn at_let(p: &Parser<'_>) -> bool {
    p.at(SyntaxKind::LetKw)
        && (p.nth(1).is_declared_name()
            || p.nth(1) == SyntaxKind::OpenBracket
            || matches!(p.nth(1), SyntaxKind::Equal | SyntaxKind::EndOfText))
}

/// A statement whose inside is not read.
fn other_statement(p: &mut Parser<'_>, kind: SyntaxKind) {
    let marker = p.start();
    p.bump();
    while !p.at_any(&[SyntaxKind::Semicolon, SyntaxKind::EndOfText]) {
        if !p.swallow_group() {
            p.bump();
        }
    }
    p.complete(marker, kind);
}

/// `set name`, `set name = value`
fn set_statement(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    clause::name_token(p);
    if p.eat(SyntaxKind::Equal) {
        scalar_expr(p);
    }
    p.complete(marker, SyntaxKind::SetStatement);
}

/// `declare query_parameters(x:long, y:string = 'a')`; here no comma stands after the last one.
fn declare_parameters(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    p.bump();
    if p.expect(SyntaxKind::OpenParen) {
        comma_list(p, parameter_declaration);
        close_bracket(p, SyntaxKind::CloseParen);
    }
    p.complete(marker, SyntaxKind::DeclareStatement);
}

/// `(T:(a:long), x:long, y:string = 'a')`
fn function_parameters(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    if !p.at(SyntaxKind::CloseParen) {
        comma_list(p, parameter_declaration);
    }
    close_bracket(p, SyntaxKind::CloseParen);
    p.complete(marker, SyntaxKind::FunctionParameters);
}

/// `(a:long, b:string)`, `(*)`
fn row_schema(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    if !p.eat(SyntaxKind::Star) && !p.at(SyntaxKind::CloseParen) {
        comma_list(p, clause::column_declaration);
    }
    close_bracket(p, SyntaxKind::CloseParen);
    p.complete(marker, SyntaxKind::RowSchema);
}

/// `x:long`, `x:long = 5`, `T:(a:long)`
fn parameter_declaration(p: &mut Parser<'_>) -> bool {
    let marker = p.start();
    let mut found = clause::new_name(p);
    if found && p.expect(SyntaxKind::Colon) {
        if p.at(SyntaxKind::OpenParen) {
            row_schema(p);
        } else {
            found = clause::type_name(p);
        }
    }
    if found && p.eat(SyntaxKind::Equal) {
        found = literal::signed_literal(p);
    }
    p.complete(marker, SyntaxKind::ParameterDeclaration);
    found
}

/// `let name = expression` or `let name = (…) { … }`
fn let_statement(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    clause::new_name(p);
    if p.expect(SyntaxKind::Equal) {
        if at_function(p) {
            function_declaration(p);
        } else {
            pipe_expr(p);
        }
    }
    p.complete(marker, SyntaxKind::LetStatement);
}

/// `() {`, `(x:`, `view (`, `view {`
fn at_function(p: &Parser<'_>) -> bool {
    use SyntaxKind as K;
    match p.current() {
        K::ViewKw => matches!(p.nth(1), K::OpenParen | K::OpenBrace),
        K::OpenParen => match p.nth(1) {
            K::CloseParen => p.nth(2) == K::OpenBrace,
            kind => kind.is_declared_name() && p.nth(2) == K::Colon,
        },
        K::OpenBrace => true,
        _ => false,
    }
}

fn function_declaration(p: &mut Parser<'_>) {
    let marker = p.start();
    p.eat(SyntaxKind::ViewKw);
    if p.at(SyntaxKind::OpenParen) {
        function_parameters(p);
    }
    if p.at(SyntaxKind::OpenBrace) {
        p.nested(|p| {
            let body = p.start();
            p.bump();
            statements(p);
            close_bracket(p, SyntaxKind::CloseBrace);
            Some(p.complete(body, SyntaxKind::FunctionBody))
        });
    } else {
        p.error("expected '{'");
    }
    p.complete(marker, SyntaxKind::FunctionDeclaration);
}
