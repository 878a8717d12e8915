//! The text and its statements.

use super::expression::{required, scalar_expr, sub_query_call, wildcard_entity};
use super::function::{at_function, function_declaration, parameter};
use super::macro_expand::entity_group;
use super::name::{name_length, required_name};
use super::parameter::properties;
use super::pattern::pattern_statement;
use super::pipe::{begins_statement, pipe_expr};
use super::{List, Parser, SyntaxKind as K, at_list_end, in_parens};

/// Statements with `;` between them.
pub(super) fn query(p: &mut Parser<'_>) {
    let marker = p.start();
    while p.eat(K::Directive) {}
    if p.at(K::Dot) {
        // A management command is not read: the binder says that it is not run.
        stray(p, |p| !p.at_end());
    }
    statements(p, K::EndOfText);
    // The root is made whatever it holds: the builder opens it.
    p.complete(marker, K::Query);
}

/// Up to the end of the text, or to a closing bracket of the rule around.
pub(super) fn statements(p: &mut Parser<'_>, close: K) {
    while !p.at_end() && !p.at(close) {
        let position = p.position();
        let found = statement(p);
        if p.eat(K::Semicolon) {
            if !found {
                p.report_before_last("KS198", "expected a statement before ';'");
            }
            continue;
        }
        if p.at_end() || p.at(close) {
            return;
        }
        if p.position() == position || !at_statement(p) {
            if close != K::EndOfText {
                return;
            }
            // Only what begins nothing is left here, such as a closing bracket that nothing opened.
            let code = if begins_statement(p.current()) { "KS005" } else { "KS198" };
            p.report(code, format!("'{}' is unexpected here", p.shown()), None);
            stray(p, |p| !p.at_end() && !p.at(K::Semicolon));
            p.eat(K::Semicolon);
        } else {
            p.note_missing(K::Semicolon);
            p.report("KS005", "expected ';' before this statement".to_owned(), None);
        }
    }
}

/// Makes an error of one token and of those after it that satisfy a test.
fn stray(p: &mut Parser<'_>, goes_on: fn(&Parser<'_>) -> bool) {
    let marker = p.start();
    p.bump();
    while goes_on(p) {
        p.bump();
    }
    p.complete(marker, K::Error);
}

/// False when none begins at the cursor.
fn statement(p: &mut Parser<'_>) -> bool {
    match p.current() {
        K::LetKw if at_let(p) => let_statement(p),
        K::SetKw => set_statement(p),
        K::AliasKw if p.nth(1) == K::DatabaseKw => alias_statement(p),
        K::DeclareKw if p.nth(1) == K::QueryParametersKw => declare_statement(p),
        K::DeclareKw if p.nth(1) == K::PatternKw => pattern_statement(p),
        K::RestrictKw if p.nth(1) == K::AccessKw => restrict_statement(p),
        _ => {
            let marker = p.start();
            if pipe_expr(p).is_none() {
                p.abandon(marker);
                return false;
            }
            p.complete(marker, K::ExpressionStatement);
        }
    }
    true
}

/// True where a statement begins that is no expression.
pub(super) fn at_statement(p: &Parser<'_>) -> bool {
    match p.current() {
        K::LetKw => at_let(p),
        K::SetKw => p.nth(1).is_name(),
        K::AliasKw => p.nth(1) == K::DatabaseKw,
        K::DeclareKw => matches!(p.nth(1), K::QueryParametersKw | K::PatternKw),
        K::RestrictKw => p.nth(1) == K::AccessKw,
        _ => false,
    }
}

/// `let` is a name too: it begins a statement when a name follows, or when one is missing.
pub(super) fn at_let(p: &Parser<'_>) -> bool {
    p.at(K::LetKw) && (name_length(p, 1).is_some() || matches!(p.nth(1), K::Equal | K::OpenBracket))
}

/// `set name`, `set name = value`
fn set_statement(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    required_name(p);
    if p.eat(K::Equal) {
        required(p, scalar_expr);
    }
    p.complete(marker, K::SetStatement);
}

/// `alias database x = cluster('c').database('d')`
fn alias_statement(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    p.bump();
    required_name(p);
    p.expect(K::Equal);
    required(p, scalar_expr);
    p.complete(marker, K::AliasStatement);
}

/// `declare query_parameters(x:long, y:string = 'a')`
pub(super) fn declare_statement(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    p.bump();
    in_parens(p, List::of("a parameter", parameter).until(at_list_end));
    p.complete(marker, K::DeclareStatement);
}

/// `restrict access to (T, database('d').*) with (…)`
fn restrict_statement(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    p.bump();
    p.expect(K::ToKw);
    in_parens(p, List::expressions(|p| wildcard_entity(p).is_some()));
    if p.at(K::WithKw) {
        properties(p);
    }
    p.complete(marker, K::RestrictStatement);
}

/// `let name = expression` or `let name = (…) { … }`
pub(super) fn let_statement(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    required_name(p);
    p.expect(K::Equal);
    if p.at(K::MaterializeKw) {
        sub_query_call(p);
    } else if p.at(K::EntityGroupKw) {
        entity_group(p);
    } else if at_function(p) {
        function_declaration(p);
    } else {
        required(p, pipe_expr);
    }
    p.complete(marker, K::LetStatement);
}
