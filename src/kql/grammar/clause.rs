//! Parts that several operators share: names, named lists, parameters, keys, properties, column declarations.

use super::super::reserved;
use super::expression::{named_expr, scalar_expr};
use super::literal::literal;
use super::{Completed, Parser, SyntaxKind, close_bracket, comma_list};

const STRINGS: [SyntaxKind; 2] = [SyntaxKind::StringLiteral, SyntaxKind::UnterminatedString];

/// A name that is being declared; more words may be one than where a name is used.
pub(super) fn declared_name(p: &mut Parser<'_>) -> bool {
    if p.at(SyntaxKind::OpenBracket) {
        bracketed_name(p);
        return true;
    }
    let found = p.current().is_declared_name();
    if found {
        name_token(p);
    } else {
        p.error("expected a name");
    }
    found
}

/// A name that becomes a column, a table or a value of the query; words that Kusto keeps for itself need brackets.
pub(super) fn new_name(p: &mut Parser<'_>) -> bool {
    if reserved::needs_brackets_declared(p.current_text()) {
        report_reserved(p);
    }
    declared_name(p)
}

/// Says how a reserved word is written as a name, where one stands that is used as a name.
pub(super) fn refuse_reserved_use(p: &mut Parser<'_>) {
    if reserved::needs_brackets_used(p.current_text()) {
        report_reserved(p);
    }
}

fn report_reserved(p: &mut Parser<'_>) {
    let word = p.current_text();
    let hint = format!("Write ['{word}']");
    p.report(format!("the name '{word}' needs brackets here"), Some(hint));
}

/// Makes a name of the token at the cursor.
pub(super) fn name_token(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    p.bump();
    p.complete(marker, SyntaxKind::Name)
}

/// `['x y']`; adjacent strings are one.
pub(super) fn bracketed_name(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    p.bump();
    if !p.at_any(&STRINGS) {
        p.error("expected a name in quotes");
    }
    while p.at_any(&STRINGS) {
        p.bump();
    }
    close_bracket(p, SyntaxKind::CloseBracket);
    p.complete(marker, SyntaxKind::Name)
}

/// `x = e, f, (a, b) = g`
pub(super) fn named_list(p: &mut Parser<'_>) {
    comma_list(p, |p| named_expr(p).is_some());
}

/// `by …`, its items read by a rule. `by` is at the cursor.
pub(super) fn by_clause(p: &mut Parser<'_>, item: impl Fn(&mut Parser<'_>) -> bool) {
    let marker = p.start();
    p.bump();
    comma_list(p, item);
    p.complete(marker, SyntaxKind::ByClause);
}

/// `x desc nulls last`
pub(super) fn sort_key(p: &mut Parser<'_>, expr: impl Fn(&mut Parser<'_>) -> bool) -> bool {
    use SyntaxKind as K;
    let marker = p.start();
    let found = expr(p);
    if p.at_any(&[K::AscKw, K::DescKw, K::GrannyAscKw, K::GrannyDescKw]) {
        p.bump();
    }
    if found && p.eat(K::NullsKw) && !(p.eat(K::FirstKw) || p.eat(K::LastKw)) {
        p.error("expected 'first' or 'last'");
    }
    p.complete(marker, K::SortKey);
    found
}

/// `hint.strategy=shuffle kind=inner`: hints, and the named ones; `*` allows any name.
pub(super) fn parameters(p: &mut Parser<'_>, names: &[&str]) {
    loop {
        let marker = p.start();
        if p.at(SyntaxKind::HintKw) && p.nth(1) == SyntaxKind::Dot {
            p.bump();
            p.bump();
            if p.current().is_name() {
                p.bump();
            } else {
                p.error("expected the name of a hint");
            }
        } else if p.nth(1) == SyntaxKind::Equal
            && p.current().is_declared_name()
            && (names == ["*"] || names.contains(&p.current_text()))
        {
            p.bump();
        } else {
            p.abandon(marker);
            return;
        }
        if p.expect(SyntaxKind::Equal) {
            parameter_value(p);
        }
        p.complete(marker, SyntaxKind::Parameter);
    }
}

/// One word, literal or bracketed name; never a call, since `kind=inner (T)` is a kind and then a table.
fn parameter_value(p: &mut Parser<'_>) {
    if p.current().is_literal() {
        literal(p);
    } else {
        declared_name(p);
    }
}

/// `with (title='x', ycolumns=a, b)`, or `title='x' kind=stacked` without the brackets.
pub(super) fn property_list(p: &mut Parser<'_>) {
    let marker = p.start();
    if p.eat(SyntaxKind::WithKw) {
        if p.expect(SyntaxKind::OpenParen) {
            if !p.at(SyntaxKind::CloseParen) {
                comma_list(p, property);
            }
            close_bracket(p, SyntaxKind::CloseParen);
        }
    } else {
        while p.current().is_declared_name() && p.nth(1) == SyntaxKind::Equal {
            property(p);
        }
    }
    p.complete(marker, SyntaxKind::PropertyList);
}

/// `title='x'`; a value may be several names with commas between, which end where the next property begins.
fn property(p: &mut Parser<'_>) -> bool {
    let marker = p.start();
    if !declared_name(p) {
        p.complete(marker, SyntaxKind::Property);
        return false;
    }
    let mut found = p.expect(SyntaxKind::Equal) && scalar_expr(p).is_some();
    while found && p.at(SyntaxKind::Comma) && p.nth(2) != SyntaxKind::Equal && p.nth(1) != SyntaxKind::CloseParen {
        p.bump();
        found = scalar_expr(p).is_some();
    }
    p.complete(marker, SyntaxKind::Property);
    found
}

/// `x:long`
pub(super) fn column_declaration(p: &mut Parser<'_>) -> bool {
    let marker = p.start();
    let found = new_name(p);
    if found && p.expect(SyntaxKind::Colon) {
        type_name(p);
    }
    p.complete(marker, SyntaxKind::ColumnDeclaration);
    found
}

/// `long`
pub(super) fn type_name(p: &mut Parser<'_>) -> bool {
    let found = p.current().is_declared_name() || p.at(SyntaxKind::DynamicKw);
    if found {
        let marker = p.start();
        p.bump();
        p.complete(marker, SyntaxKind::TypeName);
    } else {
        p.error("expected a type");
    }
    found
}
