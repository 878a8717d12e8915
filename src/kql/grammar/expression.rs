//! Expressions. From the loosest to the tightest: pipe, `or`, `and`, equality with `in` and `between`, order,
//! `+ -`, `* / %`, string operators, sign, path. Equality, order, string operators and signs do not chain.

use super::clause::{bracketed_name, name_token, new_name, refuse_reserved_use};
use super::literal::{datatable, dynamic, external_data, literal, type_of};
use super::operator::{at_operator, is_source, operator};
use super::statement::at_let;
use super::{Completed, Parser, close_bracket, comma_list};
use crate::kql::kind::SyntaxKind as K;

/// A source, then operators with `|` between them; also a scalar, since nothing in the syntax tells the two apart.
pub(super) fn pipe_expr(p: &mut Parser<'_>) -> Option<Completed> {
    let source = if at_operator(p) { leading_operator(p) } else { scalar_expr(p) };
    let Some(source) = source else {
        // A source that cannot be read: the operators after it still can.
        if !at_next_operator(p) {
            return None;
        }
        let marker = p.start();
        operators(p);
        return Some(p.complete(marker, K::PipeExpr));
    };
    let stray = !at_next_operator(p) && !ends_pipe(p);
    if !stray && !at_next_operator(p) {
        return Some(source);
    }
    let marker = p.precede(source);
    if stray {
        skip_stray(p);
    }
    operators(p);
    Some(p.complete(marker, K::PipeExpr))
}

/// An operator at the begin of a pipe. Most need an input, which is reported, but read all the same.
fn leading_operator(p: &mut Parser<'_>) -> Option<Completed> {
    if !is_source(p.current()) {
        let word = p.current_text();
        p.report(format!("'{word}' needs a table before it"), Some(format!("Write: Table | {word} …")));
    }
    operator(p)
}

fn at_next_operator(p: &Parser<'_>) -> bool {
    p.at(K::Bar) || at_operator(p)
}

fn operators(p: &mut Parser<'_>) {
    while at_next_operator(p) {
        if !p.eat(K::Bar) {
            p.report(format!("expected '|' before '{}'", p.current_text()), None);
        }
        operator(p);
        if !at_next_operator(p) && !ends_pipe(p) {
            skip_stray(p);
        }
    }
}

/// True where a pipe may end, or where the rule around it knows better what is missing.
fn ends_pipe(p: &Parser<'_>) -> bool {
    p.at_any(&[K::Semicolon, K::EndOfText]) || p.in_brackets() || p.at_close() || at_let(p)
}

/// What stands between an operator and the next `|` belongs to neither.
fn skip_stray(p: &mut Parser<'_>) {
    p.error("expected '|' or ';'");
    p.skip_to(&[]);
}

/// `x = e`, `(x, y) = e` or just `e`.
pub(super) fn named_expr(p: &mut Parser<'_>) -> Option<Completed> {
    named_or(p, scalar_expr)
}

fn named_or(p: &mut Parser<'_>, value: fn(&mut Parser<'_>) -> Option<Completed>) -> Option<Completed> {
    if !at_name_and_equal(p) && !at_tuple(p) {
        return value(p);
    }
    let marker = p.start();
    if p.at(K::OpenParen) {
        let names = p.start();
        p.bump();
        comma_list(p, new_name);
        close_bracket(p, K::CloseParen);
        p.complete(names, K::NameList);
    } else {
        new_name(p);
    }
    p.expect(K::Equal);
    value(p);
    Some(p.complete(marker, K::NamedExpr))
}

fn at_name_and_equal(p: &Parser<'_>) -> bool {
    let plain = p.current().is_declared_name() && p.nth(1) == K::Equal;
    plain || bracketed_name_length(p, 0).is_some_and(|length| p.nth(length) == K::Equal)
}

/// Tokens of `['x']` with its brackets, when one stands there.
fn bracketed_name_length(p: &Parser<'_>, ahead: usize) -> Option<usize> {
    if p.nth(ahead) != K::OpenBracket {
        return None;
    }
    let strings = (1..32).take_while(|index| p.nth(ahead + index) == K::StringLiteral).count();
    (strings > 0 && p.nth(ahead + strings + 1) == K::CloseBracket).then_some(strings + 2)
}

/// `(x, y) =`
fn at_tuple(p: &Parser<'_>) -> bool {
    if !p.at(K::OpenParen) {
        return false;
    }
    let mut ahead = 1;
    // The bound keeps a long list from being looked through at each of its items.
    while ahead < 200 {
        ahead += match p.nth(ahead) {
            kind if kind.is_declared_name() => 1,
            _ => match bracketed_name_length(p, ahead) {
                Some(length) => length,
                None => return false,
            },
        };
        match p.nth(ahead) {
            K::Comma => ahead += 1,
            K::CloseParen => return p.nth(ahead + 1) == K::Equal,
            _ => return false,
        }
    }
    false
}

/// A named expression, or `*` for all columns.
pub(super) fn star_or_named(p: &mut Parser<'_>) -> Option<Completed> {
    if at_lone_star(p) { Some(star(p)) } else { named_expr(p) }
}

/// A named expression, `*`, or a name with `*` in it.
pub(super) fn wildcard_or_named(p: &mut Parser<'_>) -> Option<Completed> {
    if at_wildcard(p) { Some(wildcard_name(p)) } else { star_or_named(p) }
}

fn at_lone_star(p: &Parser<'_>) -> bool {
    p.at(K::Star) && !is_star_infix(p.nth(1))
}

/// Operators that may follow a `*` which stands for every column.
fn is_star_infix(kind: K) -> bool {
    is_string_operator(kind) || is_equality(kind)
}

fn star(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    p.bump();
    p.complete(marker, K::StarExpr)
}

/// A name with `*` in it, without blanks: `Device*`, `*Events`.
fn at_wildcard(p: &Parser<'_>) -> bool {
    let mut stars = p.at(K::Star);
    let mut ahead = 0;
    while is_wildcard_part(p.nth(ahead)) && p.joined(ahead) && is_wildcard_part(p.nth(ahead + 1)) && ahead < 64 {
        ahead += 1;
        stars |= p.nth(ahead) == K::Star;
    }
    stars && ahead > 0
}

fn is_wildcard_part(kind: K) -> bool {
    matches!(kind, K::Star | K::LongLiteral) || kind.is_declared_name() || kind.is_keyword()
}

fn wildcard_name(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    while p.joined(0) && is_wildcard_part(p.nth(1)) {
        p.bump();
    }
    p.bump();
    p.complete(marker, K::WildcardName)
}

/// An expression without a pipe. `None` when none begins at the cursor, which is reported.
pub(super) fn scalar_expr(p: &mut Parser<'_>) -> Option<Completed> {
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
    while p.eat(operator) && operand(p).is_some() {}
    Some(p.complete(marker, K::LogicalExpr))
}

fn is_equality(kind: K) -> bool {
    matches!(kind, K::EqualEqual | K::NotEqual | K::LessGreater)
}

fn equality(p: &mut Parser<'_>) -> Option<Completed> {
    let left = order(p)?;
    Some(match p.current() {
        kind if is_equality(kind) => binary(p, left, order),
        K::InKw | K::NotInKw | K::InTildeKw | K::NotInTildeKw | K::HasAnyKw | K::HasAllKw => in_expr(p, left),
        K::BetweenKw | K::NotBetweenKw => between(p, left),
        _ => left,
    })
}

fn order(p: &mut Parser<'_>) -> Option<Completed> {
    let left = additive(p)?;
    if p.at_any(&[K::Less, K::LessEqual, K::Greater, K::GreaterEqual]) {
        return Some(binary(p, left, additive));
    }
    Some(left)
}

fn additive(p: &mut Parser<'_>) -> Option<Completed> {
    chain(p, &[K::Plus, K::Minus], multiplicative)
}

fn multiplicative(p: &mut Parser<'_>) -> Option<Completed> {
    chain(p, &[K::Star, K::Slash, K::Percent], string_operation)
}

/// Left to right; each operator is one level deeper than the one before.
fn chain(p: &mut Parser<'_>, operators: &[K], operand: fn(&mut Parser<'_>) -> Option<Completed>) -> Option<Completed> {
    let mut left = operand(p)?;
    let mut levels = 0;
    while p.at_any(operators) && p.deepen() {
        levels += 1;
        left = binary(p, left, operand);
    }
    p.rise(levels);
    Some(left)
}

fn string_operation(p: &mut Parser<'_>) -> Option<Completed> {
    let left = signed(p)?;
    if is_string_operator(p.current()) {
        return Some(binary(p, left, signed));
    }
    Some(left)
}

/// The operators over strings, and the `:` of `search`.
fn is_string_operator(kind: K) -> bool {
    matches!(kind, K::EqualTilde | K::NotTilde | K::Colon | K::MatchesKw) || kind.is_string_operator_word()
}

/// The operator at the cursor and its right operand, around the left one.
fn binary(p: &mut Parser<'_>, left: Completed, operand: fn(&mut Parser<'_>) -> Option<Completed>) -> Completed {
    let marker = p.precede(left);
    let matches = p.at(K::MatchesKw);
    p.bump();
    if !matches || p.expect(K::RegexKw) {
        operand(p);
    }
    p.complete(marker, K::BinaryExpr)
}

/// `x in (a, b)`, `x in (T | project y)`, `x has_any (…)`
fn in_expr(p: &mut Parser<'_>, left: Completed) -> Completed {
    let marker = p.precede(left);
    p.bump();
    if p.at(K::OpenParen) {
        p.nested(|p| {
            let list = p.start();
            p.bump();
            comma_list(p, |p| pipe_expr(p).is_some());
            close_bracket(p, K::CloseParen);
            Some(p.complete(list, K::ExprList))
        });
    } else {
        p.error("expected '('");
        skip_operand(p);
    }
    p.complete(marker, K::InExpr)
}

/// `x between (a .. b)`
fn between(p: &mut Parser<'_>, left: Completed) -> Completed {
    let marker = p.precede(left);
    p.bump();
    if p.at(K::OpenParen) {
        p.nested(|p| {
            p.bump();
            if scalar_expr(p).is_some() && p.expect(K::DotDot) {
                scalar_expr(p);
            }
            close_bracket(p, K::CloseParen);
            Some(())
        });
    } else {
        p.error("expected '('");
        skip_operand(p);
    }
    p.complete(marker, K::BetweenExpr)
}

/// Reads one operand that should have been in brackets as an error.
fn skip_operand(p: &mut Parser<'_>) {
    if !begins_expr(p.current()) {
        return;
    }
    let marker = p.start();
    scalar_expr(p);
    if p.eat(K::DotDot) {
        scalar_expr(p);
    }
    p.complete(marker, K::Error);
}

fn begins_expr(kind: K) -> bool {
    kind.is_name() || kind.is_literal() || matches!(kind, K::DynamicKw | K::OpenBracket | K::Minus | K::Plus)
}

fn signed(p: &mut Parser<'_>) -> Option<Completed> {
    if !p.at_any(&[K::Minus, K::Plus]) {
        return postfix_expr(p);
    }
    let marker = p.start();
    p.bump();
    postfix_expr(p);
    Some(p.complete(marker, K::UnaryExpr))
}

/// A primary with what is read from it: `a.b[0].c`.
pub(super) fn postfix_expr(p: &mut Parser<'_>) -> Option<Completed> {
    postfix(p, false)
}

/// The same where the last name may hold `*`: a table of `union`.
pub(super) fn table_expr(p: &mut Parser<'_>) -> Option<Completed> {
    if at_wildcard(p) { Some(wildcard_name(p)) } else { postfix(p, true) }
}

fn postfix(p: &mut Parser<'_>, wildcards: bool) -> Option<Completed> {
    let plain_literal = p.current().is_literal();
    let mut base = primary(p)?;
    let mut levels = 0;
    while !plain_literal && p.at_any(&[K::Dot, K::OpenBracket]) && p.deepen() {
        levels += 1;
        let marker = p.precede(base);
        let is_path = p.eat(K::Dot) && (!p.at(K::OpenBracket) || bracketed_name_length(p, 0).is_some());
        if is_path {
            selector(p, wildcards);
            base = p.complete(marker, K::PathExpr);
        } else {
            index(p);
            base = p.complete(marker, K::IndexExpr);
        }
    }
    p.rise(levels);
    Some(base)
}

/// What stands after the dot. Any word is a name here.
fn selector(p: &mut Parser<'_>, wildcards: bool) {
    if wildcards && (at_wildcard(p) || p.at(K::Star)) {
        wildcard_name(p);
    } else if p.at(K::OpenBracket) {
        bracketed_name(p);
    } else if p.current().is_name() || (p.current().is_keyword() && p.follows_directly()) {
        name_or_call(p);
    } else {
        p.error("expected a name after '.'");
    }
}

fn index(p: &mut Parser<'_>) {
    p.nested(|p| {
        p.bump();
        scalar_expr(p);
        close_bracket(p, K::CloseBracket);
        Some(())
    });
}

fn primary(p: &mut Parser<'_>) -> Option<Completed> {
    let called = p.nth(1) == K::OpenParen;
    match p.current() {
        K::OpenParen => paren_expr(p),
        K::DynamicKw if called => dynamic(p),
        K::TypeofKw if called => Some(type_of(p)),
        K::DatatableKw if called => Some(datatable(p)),
        K::ExternaldataKw | K::ExternalDataKw if called => Some(external_data(p)),
        K::ToscalarKw | K::MaterializeKw | K::TotableKw if called => Some(name_or_call(p)),
        K::Star if is_star_infix(p.nth(1)) => Some(star(p)),
        K::OpenBracket if matches!(p.nth(1), K::StringLiteral | K::UnterminatedString) => Some(bracketed_name(p)),
        kind if kind.is_literal() => Some(literal(p)),
        kind if kind.is_name() => Some(name_or_call(p)),
        _ => {
            missing(p);
            None
        }
    }
}

/// Reports that no expression begins here, and takes what cannot be part of anything else.
fn missing(p: &mut Parser<'_>) {
    let word = p.current_text();
    if p.is_reporting() && p.current().is_keyword() && !p.current().is_operator_keyword() {
        let hint = format!("If a name is meant, write ['{word}']");
        p.report(format!("expected an expression, found the keyword '{word}'"), Some(hint));
    } else {
        p.error("expected an expression");
    }
}

/// `(e)`, `(T | …)`
fn paren_expr(p: &mut Parser<'_>) -> Option<Completed> {
    p.nested(|p| {
        let marker = p.start();
        p.bump();
        pipe_expr(p);
        close_bracket(p, K::CloseParen);
        Some(p.complete(marker, K::ParenExpr))
    })
}

/// `x`, or `x(…)`.
fn name_or_call(p: &mut Parser<'_>) -> Completed {
    if p.nth(1) != K::OpenParen {
        refuse_reserved_use(p);
    }
    let name = name_token(p);
    if !p.at(K::OpenParen) {
        return name;
    }
    let marker = p.precede(name);
    p.nested(|p| {
        let list = p.start();
        p.bump();
        if !p.at(K::CloseParen) {
            comma_list(p, |p| argument(p).is_some());
        }
        close_bracket(p, K::CloseParen);
        Some(p.complete(list, K::ArgumentList))
    });
    p.complete(marker, K::CallExpr)
}

/// An argument may be named, a pipe, or `*`.
fn argument(p: &mut Parser<'_>) -> Option<Completed> {
    if at_lone_star(p) { Some(star(p)) } else { named_or(p, pipe_expr) }
}
