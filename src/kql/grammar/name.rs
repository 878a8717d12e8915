//! Names: plain, `['in brackets']`, `{parameters of a client}`, with `*` in them.

use super::{Completed, Parser, SyntaxKind as K, close_bracket};

/// A name that is used: a column, a table, a function.
pub(super) fn name(p: &mut Parser<'_>) -> Option<Completed> {
    match p.current() {
        K::OpenBracket if bracketed_length(p, 0).is_some() => Some(bracketed_name(p)),
        K::OpenBrace => braced_name(p),
        kind if kind.is_name() => Some(name_token(p)),
        _ => None,
    }
}

/// The same where more words may be names: what is named by `extend by = 1`, columns of a schema, parameters.
pub(super) fn declared_name(p: &mut Parser<'_>) -> Option<Completed> {
    if p.current().is_declared_name() { Some(name_token(p)) } else { name(p) }
}

/// A name that must be there.
pub(super) fn required_name(p: &mut Parser<'_>) -> bool {
    let found = name(p).is_some();
    if !found {
        missing_name(p);
    }
    found
}

/// Reports that a name is missing, and takes a word that was meant as one: it cannot be part of anything else.
pub(super) fn missing_name(p: &mut Parser<'_>) {
    let word = p.current_text();
    if !p.current().is_keyword() {
        p.missing("a name");
    } else if p.is_reporting() {
        let message = format!("expected a name, found the keyword '{word}'");
        p.missing_with(message, format!("If a name is meant, write ['{word}']"));
    }
}

/// Makes a name of the token at the cursor.
pub(super) fn name_token(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    p.bump();
    p.complete(marker, K::Name)
}

/// Says how the word at the cursor is written as a name, and takes it as one.
pub(super) fn reserved_name(p: &mut Parser<'_>) -> Completed {
    needs_brackets(p, 1);
    name_token(p)
}

fn needs_brackets(p: &mut Parser<'_>, tokens: usize) {
    if p.is_reporting() {
        let word = (0..tokens).map(|ahead| p.nth_text(ahead)).collect::<String>();
        p.report("KS228", format!("the name '{word}' needs brackets here"), Some(format!("Write ['{word}']")));
    }
}

/// Tokens of `['x' 'y']` with its brackets, when one stands there.
pub(super) fn bracketed_length(p: &Parser<'_>, ahead: usize) -> Option<usize> {
    if p.nth(ahead) != K::OpenBracket {
        return None;
    }
    // The bound keeps a long list of strings from being looked through again and again.
    let strings = (1..32).take_while(|index| p.nth(ahead + index).is_string()).count();
    (strings > 0 && p.nth(ahead + strings + 1) == K::CloseBracket).then_some(strings + 2)
}

/// `['x y']`; adjacent strings are one.
pub(super) fn bracketed_name(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    p.bump();
    while p.current().is_string() {
        p.bump();
    }
    close_bracket(p, K::CloseBracket, true);
    p.complete(marker, K::Name)
}

/// Tokens of `{x}` and `{x[-1]}` without blanks, when one stands there.
fn braced_length(p: &Parser<'_>, ahead: usize) -> Option<usize> {
    let joined = |from: usize, to: usize| (from..to).all(|index| p.joined(ahead + index));
    if p.nth(ahead) != K::OpenBrace || !is_word(p.nth(ahead + 1)) {
        return None;
    }
    if p.nth(ahead + 2) == K::CloseBrace {
        return joined(0, 2).then_some(3);
    }
    let minus = usize::from(p.nth(ahead + 3) == K::Minus);
    let is_indexed = p.nth(ahead + 2) == K::OpenBracket
        && p.nth(ahead + 3 + minus) == K::LongLiteral
        && p.nth(ahead + 4 + minus) == K::CloseBracket
        && p.nth(ahead + 5 + minus) == K::CloseBrace;
    (is_indexed && joined(0, 5 + minus)).then_some(6 + minus)
}

fn is_word(kind: K) -> bool {
    kind == K::Identifier || kind.is_keyword()
}

/// `{x}`: what a client puts in before it sends the query.
pub(super) fn braced_name(p: &mut Parser<'_>) -> Option<Completed> {
    let length = braced_length(p, 0)?;
    let marker = p.start();
    for _ in 0..length {
        p.bump();
    }
    Some(p.complete(marker, K::Name))
}

/// Tokens of the name that stands there, if it may be used as one.
pub(super) fn name_length(p: &Parser<'_>, ahead: usize) -> Option<usize> {
    match p.nth(ahead) {
        K::OpenBracket => bracketed_length(p, ahead),
        K::OpenBrace => braced_length(p, ahead).filter(|length| *length == 3),
        kind => kind.is_name().then_some(1),
    }
}

/// Tokens of the name that stands there, if it may be declared.
pub(super) fn declared_length(p: &Parser<'_>, ahead: usize) -> Option<usize> {
    if p.nth(ahead).is_declared_name() { Some(1) } else { name_length(p, ahead) }
}

/// Tokens of `a-b`, of `project` and of other words that are no names, when `=` follows them: somebody meant a name.
fn mistaken_length(p: &Parser<'_>) -> Option<usize> {
    if !is_word(p.current()) {
        return None;
    }
    let is_part = |ahead: usize| p.joined(ahead - 1) && (is_word(p.nth(ahead)) || p.nth(ahead) == K::Minus);
    let length = (1..64).find(|ahead| !is_part(*ahead))?;
    (p.nth(length) == K::Equal).then_some(length)
}

/// A name before `=` that is none as it is written.
pub(super) fn mistaken_name(p: &mut Parser<'_>) -> bool {
    let Some(length) = mistaken_length(p) else { return false };
    needs_brackets(p, length);
    let marker = p.start();
    for _ in 0..length {
        p.bump();
    }
    p.complete(marker, K::Name);
    true
}

/// Tokens of a name with `*` in it, without blanks: `Device*`, `*Events`, `*`.
pub(super) fn wildcard_length(p: &Parser<'_>, ahead: usize) -> Option<usize> {
    let mut length = match p.nth(ahead) {
        K::Star => 1,
        kind if kind.is_declared_name() && p.nth(ahead + 1) == K::Star && p.joined(ahead) => 2,
        _ => return None,
    };
    while p.joined(ahead + length - 1) && is_wildcard_part(p.nth(ahead + length)) && length < 64 {
        length += 1;
    }
    Some(length)
}

fn is_wildcard_part(kind: K) -> bool {
    matches!(kind, K::Star | K::LongLiteral) || kind.is_declared_name()
}

pub(super) fn wildcard_name(p: &mut Parser<'_>) -> Option<Completed> {
    let length = wildcard_length(p, 0)?;
    let marker = p.start();
    for _ in 0..length {
        p.bump();
    }
    Some(p.complete(marker, if length == 1 { K::StarExpr } else { K::WildcardName }))
}

/// `a*`, or a name.
pub(super) fn wildcard_or_name(p: &mut Parser<'_>) -> bool {
    wildcard_name(p).is_some() || name(p).is_some()
}
