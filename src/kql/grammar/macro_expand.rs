//! `macro-expand isfuzzy=true entity_group [database('a')] as e ( e.T | count )`

use super::expression::{call, path, scalar_item, selector_or_call};
use super::name::{name, required_name};
use super::parameter::{Names, parameters};
use super::statement::statements;
use super::{Completed, List, Parser, SyntaxKind as K, close_bracket};

pub(super) fn macro_expand(p: &mut Parser<'_>) {
    parameters(p, &["best_effort"], Names::Known);
    if group(p).is_none() {
        p.missing_expression();
    }
    if p.at(K::AsKw) {
        as_clause(p);
    }
    p.nested(|p| {
        let body = p.start();
        let opened = p.expect(K::OpenParen);
        if opened {
            statements(p, K::CloseParen);
        }
        close_bracket(p, K::CloseParen, opened);
        Some(p.complete(body, K::FunctionBody))
    });
}

/// `as name`. `as` is at the cursor.
pub(super) fn as_clause(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    required_name(p);
    p.complete(marker, K::AsClause);
}

/// A group written out, by a call, by a path, or by name.
fn group(p: &mut Parser<'_>) -> Option<Completed> {
    if p.at(K::EntityGroupKw) {
        return Some(entity_group(p));
    }
    if matches!(p.current_text(), "database" | "cluster") && p.nth(1) == K::OpenParen {
        let base = call(p)?;
        return Some(path(p, base, selector_or_call));
    }
    name(p)
}

/// `entity_group [database('a'), database('b')]`, also by the call `entity_group('name')`. The word is at the cursor.
pub(super) fn entity_group(p: &mut Parser<'_>) -> Completed {
    if let Some(call) = call(p) {
        return call;
    }
    let marker = p.start();
    p.bump();
    let opened = p.expect(K::OpenBracket);
    List::expressions(scalar_item).read(p);
    close_bracket(p, K::CloseBracket, opened);
    p.complete(marker, K::EntityGroupExpr)
}
