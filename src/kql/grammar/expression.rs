//! Expressions. From the loosest to the tightest: `or`, `and`, equality with `in` and `between`, order, `+ -`,
//! `* / %`, string operators, sign, path. Equality, order, string operators and signs do not chain.

use super::literal::{contextual_datatable, datatable, external_data, literal, type_of};
use super::name::{
    braced_name, bracketed_length, declared_length, declared_name, missing_name, mistaken_name, name, name_length,
    name_token, reserved_name, wildcard_length, wildcard_name,
};
use super::parameter::{Names, parameters};
use super::pipe::pipe_expr;
use super::schema::star;
use super::{Completed, List, Parser, at_list_end, close_bracket, in_parens};
use crate::kql::kind::SyntaxKind as K;

/// Reads one expression, or eats nothing.
pub(super) type Rule = fn(&mut Parser<'_>) -> Option<Completed>;

/// An expression that may be a pipe.
pub(super) fn expression(p: &mut Parser<'_>) -> Option<Completed> {
    pipe_expr(p)
}

/// Runs a rule for an expression that must be there.
pub(super) fn required(p: &mut Parser<'_>, rule: Rule) -> bool {
    let found = rule(p).is_some();
    if !found {
        p.missing_expression();
    }
    found
}

/// `x = e`, `(x, y) = e` or just `e`.
pub(super) fn named_expr(p: &mut Parser<'_>) -> Option<Completed> {
    let marker = p.start();
    let plain = declared_length(p, 0).is_some_and(|length| p.nth(length) == K::Equal);
    if plain {
        declared_name(p);
    } else if at_tuple(p) {
        let names = p.start();
        in_parens(p, List::of("a name", |p| declared_name(p).is_some()).until(at_list_end));
        p.complete(names, K::NameList);
    } else if !mistaken_name(p) {
        p.abandon(marker);
        return scalar_expr(p);
    }
    p.expect(K::Equal);
    required(p, scalar_expr);
    Some(p.complete(marker, K::NamedExpr))
}

/// The same as an item of a list.
pub(super) fn named_item(p: &mut Parser<'_>) -> bool {
    named_expr(p).is_some()
}

/// An expression without a name as an item of a list.
pub(super) fn scalar_item(p: &mut Parser<'_>) -> bool {
    scalar_expr(p).is_some()
}

/// `(x, y) =`
fn at_tuple(p: &Parser<'_>) -> bool {
    if !p.at(K::OpenParen) {
        return false;
    }
    let mut ahead = 1;
    // The bound keeps a long list from being looked through at each of its items.
    while ahead < 200 {
        match declared_length(p, ahead) {
            Some(length) => ahead += length,
            None if p.nth(ahead) == K::CloseParen => return p.nth(ahead + 1) == K::Equal,
            None => return false,
        }
        match p.nth(ahead) {
            K::Comma => ahead += 1,
            K::CloseParen => return p.nth(ahead + 1) == K::Equal,
            _ => return false,
        }
    }
    false
}

/// An expression without a pipe and without a name. `None` when none begins at the cursor.
pub(super) fn scalar_expr(p: &mut Parser<'_>) -> Option<Completed> {
    // The commonest expression by far is one token.
    if matches!(p.nth(1), K::Comma | K::CloseParen | K::CloseBracket | K::CloseBrace | K::Bar)
        && (p.at(K::Identifier) || p.current().is_literal())
    {
        return primary(p);
    }
    logical(p, K::OrKw, |p| logical(p, K::AndKw, equality))
}

/// Operands with one operator between them make one flat node, however many they are.
fn logical(
    p: &mut Parser<'_>,
    operator: K,
    operand: impl Fn(&mut Parser<'_>) -> Option<Completed>,
) -> Option<Completed> {
    let first = operand(p)?;
    if !p.at(operator) {
        return Some(first);
    }
    let marker = p.precede(first);
    while p.eat(operator) {
        if operand(p).is_none() {
            p.missing_expression();
        }
    }
    Some(p.complete(marker, K::LogicalExpr))
}

fn equality(p: &mut Parser<'_>) -> Option<Completed> {
    if p.at(K::Star) && p.nth(1) == K::EqualEqual {
        let left = star_operand(p);
        return Some(binary(p, left, order));
    }
    let left = order(p)?;
    Some(match p.current() {
        K::EqualEqual => binary(p, left, order),
        K::NotEqual | K::LessGreater => not_equal(p, left),
        // `in range(…)` is a part of `make-series`.
        K::InKw if p.nth(1) == K::RangeKw => left,
        K::InKw | K::NotInKw | K::InTildeKw | K::NotInTildeKw | K::HasAnyKw | K::HasAllKw => in_expr(p, left),
        K::BetweenKw | K::NotBetweenKw => between(p, left),
        _ => left,
    })
}

fn not_equal(p: &mut Parser<'_>, left: Completed) -> Completed {
    let marker = p.precede(left);
    p.bump();
    if order(p).is_none() {
        p.missing_as("KS005", "an expression");
    }
    p.complete(marker, K::BinaryExpr)
}

fn order(p: &mut Parser<'_>) -> Option<Completed> {
    let left = additive(p)?;
    if matches!(p.current(), K::Less | K::LessEqual | K::Greater | K::GreaterEqual) {
        return Some(binary(p, left, additive));
    }
    Some(left)
}

fn additive(p: &mut Parser<'_>) -> Option<Completed> {
    chain(p, |kind| matches!(kind, K::Plus | K::Minus), multiplicative)
}

fn multiplicative(p: &mut Parser<'_>) -> Option<Completed> {
    chain(p, |kind| matches!(kind, K::Star | K::Slash | K::Percent), string_operation)
}

/// Left to right; each operator is one level deeper than the one before.
fn chain(p: &mut Parser<'_>, is_operator: fn(K) -> bool, operand: Rule) -> Option<Completed> {
    let mut left = operand(p)?;
    let mut levels = 0;
    while is_operator(p.current()) && p.deepen() {
        levels += 1;
        left = binary(p, left, operand);
    }
    p.rise(levels);
    Some(left)
}

fn string_operation(p: &mut Parser<'_>) -> Option<Completed> {
    let left = if p.at(K::Star) && is_string_operator(p.nth(1)) { star_operand(p) } else { signed(p)? };
    if is_string_operator(p.current()) {
        return Some(binary(p, left, signed));
    }
    Some(left)
}

fn star_operand(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    p.bump();
    p.complete(marker, K::StarExpr)
}

/// The operators over strings, and the `:` of `search`.
fn is_string_operator(kind: K) -> bool {
    matches!(kind, K::EqualTilde | K::NotTilde | K::Colon | K::MatchesKw) || kind.is_string_operator_word()
}

/// The operator at the cursor and its right operand, around the left one.
fn binary(p: &mut Parser<'_>, left: Completed, operand: Rule) -> Completed {
    let marker = p.precede(left);
    p.bump();
    required(p, operand);
    p.complete(marker, K::BinaryExpr)
}

/// `x in (a, b)`, `x in (T | project y)`, `x has_any (…)`
fn in_expr(p: &mut Parser<'_>, left: Completed) -> Completed {
    let marker = p.precede(left);
    p.bump();
    p.nested(|p| {
        let list = p.start();
        if !p.expect(K::OpenParen) {
            // One operand was meant, or several: what stands behind them belongs to the expression around.
            List::of("an expression", |p| order(p).is_some()).read(p);
            return Some(p.complete(list, K::ExprList));
        }
        let first = expression(p);
        if first.is_none() {
            List::expressions(scalar_item).read(p);
        } else if !first.is_some_and(|first| p.is_pipe(first)) {
            rest_of_list(p);
        }
        close_bracket(p, K::CloseParen, true);
        Some(p.complete(list, K::ExprList))
    });
    p.complete(marker, K::InExpr)
}

/// What follows the first item of a list of scalars.
fn rest_of_list(p: &mut Parser<'_>) {
    if p.eat(K::Comma) {
        List::expressions(scalar_item).read(p);
    } else if !at_list_end(p) {
        let (position, reporting) = (p.position(), p.is_reporting());
        List::expressions(scalar_item).optional().read(p);
        if p.position() > position && reporting {
            p.missing_comma(position);
        }
    }
}

/// `x between (a .. b)`
fn between(p: &mut Parser<'_>, left: Completed) -> Completed {
    let marker = p.precede(left);
    p.bump();
    p.nested(|p| {
        let opened = p.expect(K::OpenParen);
        let bound = if opened { scalar_expr } else { order };
        required(p, bound);
        p.expect(K::DotDot);
        required(p, bound);
        close_bracket(p, K::CloseParen, opened);
        Some(())
    });
    p.complete(marker, K::BetweenExpr)
}

/// One sign at most.
pub(super) fn signed(p: &mut Parser<'_>) -> Option<Completed> {
    if !matches!(p.current(), K::Minus | K::Plus) {
        return postfix(p);
    }
    let marker = p.start();
    p.bump();
    required(p, postfix);
    Some(p.complete(marker, K::UnaryExpr))
}

/// A primary with what is read from it: `a.b[0].c`.
pub(super) fn postfix(p: &mut Parser<'_>) -> Option<Completed> {
    if p.at(K::TotableKw) {
        return Some(sub_query_call(p));
    }
    let base = primary(p)?;
    Some(path(p, base, selector_or_call))
}

/// What is read from something: `.b`, `.['b']`, `[0]`, as often as it stands there.
pub(super) fn path(p: &mut Parser<'_>, base: Completed, selector: Rule) -> Completed {
    let mut base = base;
    let mut levels = 0;
    while matches!(p.current(), K::Dot | K::OpenBracket) && p.deepen() {
        levels += 1;
        let marker = p.precede(base);
        // `a.[0]` is an index with a dot before it.
        if p.eat(K::Dot) && !at_index(p) {
            if selector(p).is_none() {
                missing_selector(p);
            }
            base = p.complete(marker, K::PathExpr);
        } else {
            index(p);
            base = p.complete(marker, K::IndexExpr);
        }
    }
    p.rise(levels);
    base
}

/// A word directly after the dot was meant as the name.
fn missing_selector(p: &mut Parser<'_>) {
    missing_name(p);
    if p.current().is_keyword() && p.follows_directly() {
        name_token(p);
    }
}

/// What stands after the dot.
pub(super) fn selector_or_call(p: &mut Parser<'_>) -> Option<Completed> {
    call(p).or_else(|| selector(p))
}

/// The same without calls.
pub(super) fn selector(p: &mut Parser<'_>) -> Option<Completed> {
    if p.at(K::OpenBracket) && wildcard_length(p, 1).is_some() {
        return Some(bracketed_wildcard(p));
    }
    bare_selector(p).or_else(|| name(p))
}

/// A name without brackets; `kind` and its like may be used as columns.
pub(super) fn bare_selector(p: &mut Parser<'_>) -> Option<Completed> {
    match p.current() {
        K::At => {
            let marker = p.start();
            p.bump();
            Some(p.complete(marker, K::AtExpr))
        }
        K::OpenBrace => braced_name(p),
        kind if kind.is_used_name() => Some(name_token(p)),
        _ => None,
    }
}

/// `[a*]`
fn bracketed_wildcard(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    p.bump();
    for _ in 0..wildcard_length(p, 0).unwrap_or(0) {
        p.bump();
    }
    close_bracket(p, K::CloseBracket, true);
    p.complete(marker, K::WildcardName)
}

/// `[e]` that is neither a name nor a wildcard.
fn at_index(p: &Parser<'_>) -> bool {
    p.at(K::OpenBracket) && bracketed_length(p, 0).is_none() && wildcard_length(p, 1).is_none()
}

/// `[e]`
fn index(p: &mut Parser<'_>) {
    p.nested(|p| {
        p.bump();
        if scalar_expr(p).is_none() {
            missing_name(p);
        }
        close_bracket(p, K::CloseBracket, true);
        Some(())
    });
}

fn primary(p: &mut Parser<'_>) -> Option<Completed> {
    match p.current() {
        K::OpenParen => paren_expr(p),
        K::DynamicKw => literal(p),
        K::TypeofKw if p.nth(1) == K::OpenParen => type_of(p),
        K::DatatableKw => Some(datatable(p)),
        K::ContextualDatatableKw => Some(contextual_datatable(p)),
        K::ExternaldataKw | K::ExternalDataKw => Some(external_data(p)),
        K::ToscalarKw => Some(sub_query_call(p)),
        K::MaterializeKw if p.nth(1) == K::OpenParen => {
            // It has a place behind `let x =` alone; what is inside is read all the same.
            p.missing_expression();
            Some(sub_query_call(p))
        }
        K::OpenBracket if at_index(p) => {
            let marker = p.start();
            index(p);
            Some(p.complete(marker, K::IndexExpr))
        }
        kind if kind.is_literal() => literal(p),
        _ => call(p).or_else(|| scoped_name(p)),
    }
}

/// A name with `datascope=hotcache` behind it, or a word in the place of a name.
fn scoped_name(p: &mut Parser<'_>) -> Option<Completed> {
    let Some(name) = selector(p) else {
        return at_mistaken_name(p).then(|| reserved_name(p));
    };
    if p.at(K::DatascopeKw) {
        data_scope(p);
    }
    Some(name)
}

/// `datascope=hotcache`
pub(super) fn data_scope(p: &mut Parser<'_>) -> bool {
    if !p.at(K::DatascopeKw) {
        return false;
    }
    let marker = p.start();
    p.bump();
    p.expect(K::Equal);
    if matches!(p.current_text(), "all" | "hotcache") {
        p.bump();
    } else {
        p.expected("'all' or 'hotcache'");
    }
    p.complete(marker, K::DataScopeClause);
    true
}

/// A keyword with something behind it that only follows names.
fn at_mistaken_name(p: &Parser<'_>) -> bool {
    let next = p.nth(1);
    p.current().is_keyword()
        && (matches!(
            next,
            K::AndKw
                | K::OrKw
                | K::EqualEqual
                | K::NotEqual
                | K::EqualTilde
                | K::NotTilde
                | K::Greater
                | K::GreaterEqual
                | K::Less
                | K::LessEqual
                | K::Star
                | K::Slash
                | K::Percent
                | K::MatchesKw
                | K::InKw
                | K::InTildeKw
                | K::NotInKw
                | K::NotInTildeKw
                | K::HasAnyKw
                | K::HasAllKw
                | K::BetweenKw
                | K::NotBetweenKw
                | K::CloseParen
                | K::CloseBracket
                | K::CloseBrace
                | K::Dot
                | K::Comma
                | K::Colon
                | K::Bar
        ) || next.is_string_operator_word())
}

/// `(e)`, `(T | …)`
pub(super) fn paren_expr(p: &mut Parser<'_>) -> Option<Completed> {
    if !p.at(K::OpenParen) {
        return None;
    }
    let marker = p.start();
    let inside = p.nested(|p| {
        p.bump();
        required(p, expression);
        close_bracket(p, K::CloseParen, true);
        Some(())
    });
    // At the limit of nesting everything up to the end of the bracket has been taken as an error.
    let _ = inside;
    Some(p.complete(marker, K::ParenExpr))
}

/// `f(…)`
pub(super) fn call(p: &mut Parser<'_>) -> Option<Completed> {
    let length = name_length(p, 0)?;
    if p.nth(length) != K::OpenParen {
        return None;
    }
    let marker = p.start();
    name(p);
    arguments(p);
    Some(p.complete(marker, K::CallExpr))
}

pub(super) fn arguments(p: &mut Parser<'_>) {
    p.nested(|p| {
        let list = p.start();
        p.bump();
        List::expressions(argument).optional().read(p);
        close_bracket(p, K::CloseParen, true);
        Some(p.complete(list, K::ArgumentList))
    });
}

/// An argument may be named, or `*`.
fn argument(p: &mut Parser<'_>) -> bool {
    if p.at(K::Star) && matches!(p.nth(1), K::CloseParen | K::Comma) { star(p) } else { named_expr(p).is_some() }
}

/// `toscalar(…)`, `totable(…)`, `materialize(…)`: calls that have a query inside. The word is at the cursor.
pub(super) fn sub_query_call(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    name_token(p);
    parameters(p, &["kind"], Names::Declared);
    p.nested(|p| {
        let list = p.start();
        let opened = p.expect(K::OpenParen);
        required(p, expression);
        close_bracket(p, K::CloseParen, opened);
        Some(p.complete(list, K::ArgumentList))
    });
    p.complete(marker, K::CallExpr)
}

/// A path whose last name may hold `*`: a table of `union`, `search` and `find`.
pub(super) fn wildcard_entity(p: &mut Parser<'_>) -> Option<Completed> {
    if let Some(name) = wildcard_name(p) {
        return Some(name);
    }
    let base = selector_or_call(p)?;
    Some(path(p, base, |p| wildcard_name(p).or_else(|| selector_or_call(p))))
}

/// `a.b['c']` without calls.
pub(super) fn simple_path(p: &mut Parser<'_>) -> Option<Completed> {
    let base = if at_index(p) {
        let marker = p.start();
        index(p);
        p.complete(marker, K::IndexExpr)
    } else {
        selector(p)?
    };
    Some(path(p, base, selector))
}

/// A call, with further calls behind dots.
pub(super) fn call_path(p: &mut Parser<'_>) -> Option<Completed> {
    let mut base = call(p)?;
    while p.at(K::Dot) && name_length(p, 1).is_some_and(|length| p.nth(1 + length) == K::OpenParen) {
        let marker = p.precede(base);
        p.bump();
        call(p);
        base = p.complete(marker, K::PathExpr);
    }
    Some(base)
}

/// `__contextual_datatable …` where one stands.
pub(super) fn contextual_table(p: &mut Parser<'_>) -> Option<Completed> {
    p.at(K::ContextualDatatableKw).then(|| contextual_datatable(p))
}
